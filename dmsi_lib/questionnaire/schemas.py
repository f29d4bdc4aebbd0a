"""The JSON Schemas of questionnaires and codebooks, by which editors complete what is typed.

`make schemas` runs this module, which writes them; as is needed after a change of `formats`.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import StringSchema

from dmsi_lib.choices import CODEBOOK, QUESTIONNAIRE
from dmsi_lib.questionnaire.formats import Codebook, QuestionnaireKeys

_DIALECT = "http://json-schema.org/draft-07/schema#"  # which every editor knows


class _ForEditors(GenerateJsonSchema):
    """What is a text to the reader (see `strict_yaml`) may be a number to an editor."""

    def str_schema(self, schema: StringSchema) -> JsonSchemaValue:
        return super().str_schema(schema) | {"type": ["string", "number", "boolean"]}


def schemas() -> dict[Path, str]:
    """The schemas: dict of the path of the file to its text."""
    kinds: dict[Path, Any] = {QUESTIONNAIRE: QuestionnaireKeys, CODEBOOK: Codebook}
    texts = {}
    for path, kind in kinds.items():
        schema = TypeAdapter(kind).json_schema(schema_generator=_ForEditors)
        text = json.dumps({"$schema": _DIALECT} | schema, indent=1)
        texts[path.with_suffix(".schema.json")] = text + "\n"
    return texts


if __name__ == "__main__":
    for path, text in schemas().items():
        path.write_text(text, encoding="utf-8")
