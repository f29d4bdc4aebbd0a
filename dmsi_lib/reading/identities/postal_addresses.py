"""Where a person lives or works: streets with a number, boxes and postal codes.

Source: Canada Post's addressing guidelines; a postal code never has D, F, I, O, Q or U, and neither
W nor Z in front.
"""

_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Boulevard|Blvd|Lane|Ln|Crescent|Cres|Court|Ct|Way|Place|"
    "Pl|Highway|Hwy|Terrace|Trail|Parkway|Pkwy|Circle|Cir|Square|Sq"
)
_ADDRESSES = (
    r"(?<!\w)(?:#\s?\d{1,5}\s?-\s?|(?i:apt|unit|suite|app)\.?\s?#?\d{1,5},?\s)?"
    r"\d{1,6}(?:-?[A-Z])?,?\s(?:[A-ZÀ-Þ0-9][\w'’.-]{0,30}\s){1,4}"
    rf"(?:{_STREETS})(?!\w)\.?(?:\s(?:[NSEW]|NE|NW|SE|SW)(?!\w)\.?)?",
    # Without capitals only where the word is used for little else.
    r"(?<![\w.,])\d{2,6}\s[a-zà-þ]{4,20}\s(?:street|avenue|boulevard|crescent)(?!\w)",
    r"(?<!\w)\d{1,6}[A-Z]?,?\s(?i:rue|avenue|av\.|boulevard|boul\.|chemin|ch\.|place|rang|"
    r"route|allée|impasse)\s(?:(?:de la|de|du|des|la|le|les)\s|[ld]['’]){0,2}"
    r"[A-ZÀ-Þ0-9][\w'’-]{0,40}(?:\s[A-ZÀ-Þ][\w'’-]{0,40}){0,3}",
    r"(?i)(?<!\w)(?:P\.?\s?O\.?\s?box|C\.P\.|case postale)\s?#?\d{1,6}(?!\w)",
)
RULES = (
    (
        "postal code",
        r"(?i)(?<!\w)[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ .-]{0,2}"
        r"\d[ABCEGHJ-NPRSTV-Z]\d(?!\w)",
    ),
    *(("street address", rule) for rule in _ADDRESSES),
)
