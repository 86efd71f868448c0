"""The age at which a text can be read: against texts whose value is published, and words whose syllables are known."""

import re

import pytest

from prevention_model.explanation.reading_age import reading_age, syllables

PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
CAT = "The cat sat on the mat."
# H. Melville, Moby-Dick, chapter 64: one sentence.
SHARKS = """Though amid all the smoking horror and diabolism of a sea-fight, sharks will be seen longingly gazing up to
the ship's decks, like hungry dogs round a table where red meat is being carved, ready to bolt down every killed man
that is tossed to them; and though, while the valiant butchers over the deck-table are thus cannibally carving each
other's live meat with carving-knives all gilded and tasselled, the sharks, also, with their jewel-hilted mouths, are
quarrelsomely carving away under the table at the dead meat; and though, were you to turn the whole affair upside down,
it would still be pretty much the same thing, that is to say, a shocking sharkish business enough for all parties; and
though sharks also are the invariable outriders of all slave ships crossing the Atlantic, systematically trotting
alongside, to be handy in case a parcel is to be carried anywhere, or a dead slave to be decently buried; and though one
or two other like instances might be set down, touching the set terms, places, and occasions, when sharks do most
socially congregate, and most hilariously feast; yet is there no conceivable time or occasion when you will find them in
such countless numbers, and in gayer or more jovial spirits, than around a dead sperm whale, moored by night to a
whaleship at sea."""

COUNTED = {
    1: "the school missed make times asked worked house through strength whole those once friend years looked "
    "helped changed learned jumped used moved homes notes care watched can't don't",
    2: "using moving table people being trying quiet diet fuel today worker written parent never houses places "
    "wanted needed started couple purple little lonely movement hopeless reading going doing seeing studied "
    "agreed changes judges boxes wishes people's didn't wasn't business every lion poem create science giant "
    "riot prison talking police",
    3: "family suspended violence area idea injury piano radio different domestic period video serious studying "
    "carrying created exercise hospital department visitor another furious museum residents adviser remember "
    "apprentice actual usual",
    4: "education emergency security material immediate anxiety january necessary participate community reality",
    5: "association university opportunity vocabulary",
}


def test_the_grade_of_a_sentence_is_the_published_one() -> None:
    # 13 words of 24 syllables: grade 11.3
    assert reading_age(PLATYPUS) - 5 == pytest.approx(11.3, abs=0.05)


@pytest.mark.parametrize(("text", "published", "within"), [(CAT, 116, 0.5), (SHARKS, -146.77, 5)])
def test_words_and_syllables_give_the_published_reading_ease(
    text: str, published: float, within: float
) -> None:
    words = re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*(?:'[a-z]+)?", text)
    counted = sum(syllables(part) for word in words for part in word.split("-"))
    ease = 206.835 - 1.015 * len(words) - 84.6 * counted / len(words)
    assert ease == pytest.approx(published, abs=within)


@pytest.mark.parametrize(
    ("word", "number"),
    [(word, number) for number, words in COUNTED.items() for word in words.split()],
)
def test_syllables_are_those_of_a_dictionary(word: str, number: int) -> None:
    assert syllables(word) == syllables(word.capitalize()) == number


def test_a_figure_is_one_short_word_and_its_sign_is_read_aloud() -> None:
    assert reading_age("He missed 12% of it.") == reading_age("He missed ten per cent of it.")
    assert reading_age("It owes £1,240.50 in rent.") == reading_age("It owes pounds ten in rent.")
    assert reading_age("You went to A&E.") == reading_age("You went to A and E.")


def test_short_sentences_are_easier_and_an_end_in_the_middle_counts() -> None:
    long = "A worker came to see you at home and they talked with you about school."
    assert reading_age("A worker came to see you at home. They talked with you about school.") < reading_age(
        long
    )
    assert reading_age("It was 4.5 of 5.") == reading_age("It was 4 of 5")


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="A text without words has no reading age"):
        reading_age(" ... !")
