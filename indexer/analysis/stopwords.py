"""Words that carry no subject: function words and question words of the three languages.

The decision behind it: they stay in the index, so that phrases hold together; only a query may
leave them out.  A word that is a subject in another of the languages is not listed (Swedish
*vara* is a Finnish spare part).
"""

from typing import Final

_FINNISH: Final = """
    ei eivät emme en et ette ja tai sekä eli vai mutta vaan että jotta koska jos kun kuin niin
    näin myös vielä jo nyt sitten siis noin kyllä on ovat oli olivat olla ole olen olet olemme
    olette ollut olleet olisi olisivat joka jotka jonka joiden jota joita jossa joissa josta
    joista johon joihin jolla joilla jolle joille jolta se ne sen niiden sitä niitä siinä niissä
    siitä niistä siihen niihin sillä niillä tämä nämä tämän näiden tätä näitä tässä näissä tästä
    näistä tähän näihin tällä näillä tuo nuo hän he hänen heidän minä sinä me te minun sinun
    meidän teidän itse
    mikä mitkä minkä mitä missä mistä mihin millä milloin millainen millaisia millaista millaiset
    miten miksi kuka ketkä kenen kuinka onko ovatko voiko voidaanko kumpi paljonko montako
"""
_SWEDISH: Final = """
    och eller men att det den de som är en ett på av för med till i från om vid inte har hade kan
    ska skall skulle blev bli blir så än när där här den denna detta dessa vi ni han hon jag du
    sig sin sitt sina deras dess
    vad vem vilka vilken vilket hur varför vart varifrån
"""
_ENGLISH: Final = """
    the a an and or but of to in on at by for with from as is are was were be been being it its
    this that these those not no do does did has have had can could will would should may might
    there their they we you he she i
    what which who whom whose when where why how
"""
_WORDS: Final = {
    "fi": frozenset(_FINNISH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
# Without a language a word counts only where no other language makes a subject of it.
_SUBJECTS_ELSEWHERE: Final = frozenset(("sina", "sin", "dess", "har", "blev", "men", "i", "vart"))
_ALL: Final = frozenset.union(*_WORDS.values()) - _SUBJECTS_ELSEWHERE


def is_stop(word: str, *, language: str | None = None) -> bool:
    """Tell whether a word carries no subject, in a language or in any of the three."""
    words = _ALL if language is None else _WORDS.get(language, frozenset())
    return word.lower() in words
