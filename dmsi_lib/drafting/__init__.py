"""Questionnaires drafted from exports: what was asked, and of whom, by what the file holds.

Nobody keeps the questionnaire of a survey that was clicked together. The columns tell questions and
options; the pattern of blanks tells the skip logic. What is drafted is a beginning: each rule says
what it rests on. Sources: SurveyMonkey's, Qualtrics' and LimeSurvey's manuals of their exports; R.
Sokal and F. Rohlf, "Biometry", for the likelihood ratio.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
