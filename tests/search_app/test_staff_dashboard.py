"""The dashboard: what it counts, what it warns of, and with which command that is mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from corpus.accounts import Role
from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore, Decision, Outcome, QueuedAddress
from corpus.document import FieldValue, Origin, Original, Page, Status
from corpus.errors import InvalidInput
from corpus.originals import OriginalStore
from corpus.settings import Settings
from corpus.vocabulary import Vocabulary
from indexer.generations import Manifest
from search_app.assembly import Assembly
from search_app.condition import Analysis, Condition, Fault, read_condition
from search_app.web import create_app
from tests.search_app.list_searcher import ListSearcher
from tests.search_app.staff_site import StaffSite

MANIFEST = Manifest(
    generation="0001.0001",
    engine="tantivy",
    engine_version="tantivy 0.25",
    schema_version=1,
    analysis="libvoikko-4.3/rules-3/abc; snowball",
    vocabulary="v",
    watermark=0,
    documents=1234,
    pages=56789,
    created_at="2026-11-24T09:05:00+00:00",
    files={},
)
NOW = Analysis("libvoikko-4.3", "rules-3", "abc")


def record(catalogue: Catalogue, document_id: str, *, language: str = "fi") -> None:
    """Add a document whose text can be found."""
    catalogue.record(
        document_id=document_id,
        values=[
            FieldValue("title", f"Julkaisu <b>{document_id}</b>", Origin.GIVEN),
            FieldValue("language", language, Origin.GIVEN),
        ],
        pages=[Page(1, "Tekstiä.")],
        actor="test",
    )


def fail(catalogue: Catalogue, document_id: str, reason: str) -> None:
    """Add a document whose original could not be read."""
    sha256 = f"{abs(hash(document_id)):064x}"
    catalogue.record(
        document_id=document_id,
        original=Original(sha256, "application/pdf", 10),
        values=[FieldValue("title", f"Julkaisu {document_id}", Origin.GIVEN)],
        actor="test",
    )
    assert catalogue.store_extraction(
        document_id, sha256=sha256, extractor="pdf/1", status=Status.FAILED, reason=reason
    )


def panel(site: StaffSite, name: str) -> BeautifulSoup:
    """Return a box of the dashboard as the editor sees it."""
    found = site.logged_in("editor").page("/staff/").select_one(f"section[aria-labelledby={name}]")
    assert found is not None
    return BeautifulSoup(str(found), "html.parser")


def rows(box: BeautifulSoup) -> dict[str, str]:
    """Return the lines of a box."""
    terms = [term.get_text(" ", strip=True) for term in box.select("dt")]
    return dict(
        zip(terms, [one.get_text(" ", strip=True) for one in box.select("dd")], strict=True)
    )


def test_documents_are_counted_by_their_state(staff_site: StaffSite) -> None:
    catalogue = staff_site.catalogue
    for number in range(3):
        record(catalogue, f"d{number}")
    fail(catalogue, "broken", "salattu")
    catalogue.withdraw(["d0"], "syy", "test")
    assert rows(panel(staff_site, "documents")) == {
        "Julkaisuja yhteensä": "4",
        "Haettavissa": "2",
        "Lukeminen epäonnistui": "1",
        "Poistettu näkyvistä": "1",
        "Sivuja yhteensä": "3",
    }


def test_failures_are_listed_with_reason_and_link(staff_site: StaffSite) -> None:
    assert "voitu lukea" in panel(staff_site, "failures").get_text()
    for number in range(12):
        fail(staff_site.catalogue, f"f{number}", f"syy <i>{number}</i>")
    fail(staff_site.catalogue, "hidden", "ei näytetä")
    staff_site.catalogue.withdraw(["hidden"], "syy", "test")
    box = panel(staff_site, "failures")
    found = rows(box)
    assert len(found) == 10
    assert found["Julkaisu f11"] == "syy <i>11</i>"
    assert "ja 2 muuta" in box.get_text()
    link = box.select_one("a")
    assert link is not None
    assert link["href"] == "/fi/doc/f11"
    assert not box.select("i")


def site_with(
    staff_site: StaffSite,
    vocabulary: Vocabulary,
    originals: OriginalStore,
    condition: Condition | None,
) -> StaffSite:
    """Return the same site with an index in some condition, and sources that cannot be read."""

    def broken() -> dict[str, object]:
        raise InvalidInput("sources.toml, line 3: no start")

    staff_site.app = create_app(
        Settings(data=staff_site.folder, rate_limit="off"),
        searcher=ListSearcher(staff_site.catalogue),
        catalogue=staff_site.catalogue,
        vocabulary=vocabulary,
        originals=originals,
        backend="pip",
        sources=broken,  # type: ignore[arg-type]
        condition=lambda: condition,
    )
    return staff_site


def test_the_index_says_what_it_is_and_how_far_it_has_followed(
    staff_site: StaffSite, vocabulary: Vocabulary, originals: OriginalStore
) -> None:
    record(staff_site.catalogue, "a")
    record(staff_site.catalogue, "b")
    site = site_with(staff_site, vocabulary, originals, Condition("tantivy", "pip", NOW, MANIFEST))
    box = panel(site, "index")
    found = rows(box)
    assert found["Rakennettu"] == "24.11.2026 09:05 UTC"
    assert found["Hakukone"] == "tantivy 0.25"
    assert found["Julkaisuja hakemistossa"] == "1\N{NO-BREAK SPACE}234"
    assert found["Hakemistosta puuttuvia muutoksia"] == "2"
    assert "2 muutosta" in box.select(".note")[0].get_text()
    assert [code.get_text() for code in box.select("code")] == ["julkaisuhaku index"]


@pytest.mark.parametrize(
    ("fault", "command"),
    [
        (Fault.MISSING, "julkaisuhaku index"),
        (Fault.DAMAGED, "julkaisuhaku check"),
        (Fault.SCHEMA, "julkaisuhaku reindex"),
        (Fault.ANALYSIS, "julkaisuhaku reindex"),
    ],
)
def test_a_fault_of_the_index_comes_with_the_command_that_mends_it(
    staff_site: StaffSite,
    vocabulary: Vocabulary,
    originals: OriginalStore,
    fault: Fault,
    command: str,
) -> None:
    site = site_with(
        staff_site, vocabulary, originals, Condition("tantivy", "native", NOW, fault=fault)
    )
    note = panel(site, "index").select_one(".note")
    assert note is not None
    assert site.app.test_client().get("/fi/").status_code == 200
    code = note.select_one("code")
    assert code is not None
    assert code.get_text() == command


def test_an_analysis_that_differs_from_the_indexs_is_shown_beside_it(
    staff_site: StaffSite, vocabulary: Vocabulary, originals: OriginalStore
) -> None:
    now = Analysis("libvoikko-4.4", "rules-3", "abc")
    condition = Condition("tantivy", "native", now, MANIFEST, Fault.ANALYSIS)
    found = rows(panel(site_with(staff_site, vocabulary, originals, condition), "analysis"))
    assert found["Toteutus"] == "native järjestelmän Voikko"
    assert found["Sanakirja"] == "libvoikko-4.4 hakemistossa libvoikko-4.3"
    assert found["Säännöt"] == "rules-3"


@pytest.mark.parametrize(
    ("backend", "warns"), [("native", False), ("pip", True), ("rules", True), ("<b>", True)]
)
def test_an_analysis_without_the_systems_voikko_is_flagged(
    staff_site: StaffSite,
    vocabulary: Vocabulary,
    originals: OriginalStore,
    backend: str,
    *,
    warns: bool,
) -> None:
    condition = Condition("tantivy", backend, NOW, MANIFEST)
    box = panel(site_with(staff_site, vocabulary, originals, condition), "analysis")
    assert bool(box.select(".note")) is warns
    assert rows(box)["Toteutus"].startswith(backend)


def test_a_site_whose_sources_cannot_be_read_says_so_and_goes_on(
    staff_site: StaffSite, vocabulary: Vocabulary, originals: OriginalStore
) -> None:
    box = panel(site_with(staff_site, vocabulary, originals, None), "crawls")
    assert "sources.toml, line 3" in box.select(".note")[0].get_text()


def test_the_latest_crawl_of_each_source_is_told(staff_site: StaffSite) -> None:
    crawls = CrawlStore(staff_site.catalogue.database)
    done = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert "Lähteitä ei ole" in panel(staff_site, "crawls").get_text()
    run = crawls.begin("alfa", at=done).id
    outcomes = (Outcome.NEW, Outcome.NEW, Outcome.FAILED, Outcome.SKIPPED)
    for number, outcome in enumerate(outcomes):
        url = f"https://example.org/{number}"
        crawls.enqueue(run, [QueuedAddress(url, "example.org")])
        crawls.settle(run, Decision(url, outcome))
    crawls.finish(run, at=done, gone=0, pending=0)
    crawls.begin("beta", at=datetime.now(UTC))
    crawls.begin("gamma", at=datetime.now(UTC) - timedelta(hours=1))
    found = rows(panel(staff_site, "crawls"))
    assert found["alfa"] == "23.11.2026 04:30 UTC 2 uutta, 1 epäonnistui"
    assert found["beta"].endswith("käynnissä")
    assert found["gamma"].endswith("keskeytynyt")


def test_a_site_whose_index_does_not_open_has_a_dashboard(
    staff_site: StaffSite, vocabulary: Vocabulary, originals: OriginalStore
) -> None:
    searcher = ListSearcher(staff_site.catalogue)
    staff_site.app = create_app(
        Settings(data=staff_site.folder, rate_limit="off"),
        searcher=searcher,
        catalogue=staff_site.catalogue,
        vocabulary=vocabulary,
        originals=originals,
    )
    searcher.is_down = True
    found = rows(panel(staff_site, "index"))
    assert found["Käytössä oleva hakemisto"] == "ei vielä hakemistoa"


# the condition itself, on a real index


def test_the_condition_follows_what_the_index_was_built_with(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, voikko="rules")
    with Assembly(settings, command="test") as assembly:
        assembly.prepare()
        assert assembly.condition().fault is Fault.MISSING
        record(assembly.catalogue, "a")
        assembly.pipeline.update()
        condition = assembly.condition()
        assert condition.fault is None
        assert condition.manifest is not None
        assert condition.built == condition.now == Analysis.of(condition.manifest.analysis)
        assert condition.now.dictionary == "rules"
        current = assembly.generations.current()
        assert current is not None
        (assembly.generations.path(current) / "manifest.json").write_text("{", encoding="utf-8")
        assert assembly.condition().fault is Fault.DAMAGED


def test_another_dictionary_is_a_fault(tmp_path: Path) -> None:
    with Assembly(Settings(data=tmp_path, voikko="rules"), command="test") as assembly:
        assembly.prepare()
        record(assembly.catalogue, "a")
        assembly.pipeline.update()
        swedish = [assembly.analyzers["sv"]]
        found = read_condition(assembly.generations, swedish, engine="tantivy", backend="rules")
        assert found.fault is Fault.ANALYSIS
        assert found.fault.command == "julkaisuhaku reindex"


def test_every_role_sees_the_dashboard(staff_site: StaffSite) -> None:
    for role in Role:
        assert staff_site.logged_in(role.value).get("/staff/").status_code == 200
