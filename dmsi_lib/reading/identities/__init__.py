"""Who the respondents are: found so that it goes no further."""
