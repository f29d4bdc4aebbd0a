"""Columns that a survey platform writes about each response, by their titles.

Sources: the manuals of the exports of SurveyMonkey, Qualtrics ("Understanding Your Dataset"),
LimeSurvey ("Export responses"), Google Forms, Microsoft Forms, Typeform and KoboToolbox.
"""

from collections.abc import Iterable

from dmsi_lib.wording import key

_SURE = {
    *("collectorid", "collector", "datecreated", "datemodified", "customdata1"),
    *("startdate", "enddate", "startdateutc", "submitdateutc", "submittedat", "submissiontime"),
    *("starttime", "completiontime", "lastmodifiedtime", "recordeddate", "submitdate"),
    *("datesubmitted", "datestarted", "datelastaction", "lastpage", "startlanguage", "seed"),
    *("collectionmode", "useragent", "distributionchannel", "userlanguage", "responsetype"),
    *("durationinseconds", "totaltime", "refererurl", "referrerurl", "networkid", "ipaddress"),
    *("externaldatareference", "externalreference", "locationlatitude", "locationlongitude"),
    *("uuid", "validationstatus", "submittedby", "timestamp"),
}
# Words that a question may have for its title; beside a column of `_SURE` they are the platform's.
_AMBIGUOUS = {"status", "progress", "duration", "finished", "token", "tags", "language"}


def platform_titles(titles: Iterable[str]) -> set[str]:
    """Those of a file's titles under which a platform notes something about the response."""
    titles = list(titles)
    sure = {title for title in titles if key(title) in _SURE}
    return sure | {title for title in titles if sure and key(title) in _AMBIGUOUS}
