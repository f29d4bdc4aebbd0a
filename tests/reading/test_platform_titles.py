from dmsi_lib.reading.header.platform_titles import platform_titles


def test_titles_of_platforms_are_known_in_their_spelling():
    titles = ["Last page", "Start language", "Seed", "Response Type", "Collector ID", "Eats?"]
    assert platform_titles(titles) == {*titles[:-1]}


def test_a_word_that_may_be_a_question_is_the_platform_s_beside_another_of_its_titles():
    assert platform_titles(["Status", "Progress", "Eats?"]) == set()
    assert platform_titles(["Status", "Recorded Date", "Eats?"]) == {"Status", "Recorded Date"}
