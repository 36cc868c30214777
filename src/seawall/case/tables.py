"""Every table of a case, declared once: data, no logic.

Order within a table is the order in the file; ``key`` columns join with ``|`` in that order.
"""

from __future__ import annotations

from math import nan

from seawall.case.schema import Column, Table
from seawall.language import N_

__all__ = ["EVIDENCE", "LEVERS", "TABLES"]

#: The four levers of the field, and governance.
LEVERS = ("science", "discipline", "talent", "platform", "governance")
#: How well a fact is known, best first.
EVIDENCE = ("measured", "published", "expert", "assumed")

_SOURCE = (
    Column("source", N_("Where the row comes from"), default=""),
    Column(
        "evidence",
        N_("How well the row is known"),
        "choice",
        choices=EVIDENCE,
        default="assumed",
    ),
)
_NAME_ZH = Column("name_zh", N_("Name in Chinese"), default="")
_PLACE = Column("place", N_("Place"), ref="places.place", key=True)
_FAMILY = Column("family", N_("Hazard family that it serves; * any"))
_YEAR = Column("year", N_("Year"), "year", unit="year", ge=1900, le=2200, key=True)
_FRAMEWORK = Column("framework", N_("Framework of assessment, such as JEE1 or SPAR2"), key=True)
_INDICATOR = Column("indicator", N_("Indicator of the framework"), key=True)
_ACTION = Column("action", N_("Action"), ref="actions.action", key=True)
_CADRE = Column("cadre", N_("Cadre"), ref="cadres.cadre", key=True)

_PLACES = Table(
    "places",
    N_("An area for which outbreaks are simulated and capacity is planned: one row each."),
    (
        Column("place", N_("Short unique code"), key=True, example="NG-LA"),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("region", N_("Part of the country, to group places in reports"), default=""),
        Column(
            "tile_row",
            N_("Row of the place's tile in a map of equal tiles, from the top; empty: reports draw places by position"),
            "integer",
            "1",
            ge=1,
            le=60,
            default=nan,
        ),
        Column(
            "tile_column", N_("Column of the place's tile, from the left"), "integer", "1", ge=1, le=60, default=nan
        ),
        Column(
            "parent",
            N_("Place that contains this one; its population then counts those who live elsewhere in it"),
            ref="places.place",
            default="",
        ),
        Column("population", N_("Resident population"), "number", "person", gt=0),
        Column("lat", N_("Latitude of the capital or population centre"), "number", "degree", ge=-90, le=90),
        Column("lon", N_("Longitude of the capital or population centre"), "number", "degree", ge=-180, le=180),
        Column("area_km2", N_("Area"), "number", "km2", ge=0, default=nan),
        Column(
            "care_seeking",
            N_("Share of symptomatic people who come to a health worker"),
            "number",
            "share",
            ge=0,
            le=1,
            default=0.5,
            good="more",
            touches="response",
        ),
        Column(
            "beds",
            N_("Hospital beds; the default in assumptions where empty"),
            "number",
            "bed",
            ge=0,
            default=nan,
            good="more",
            touches="response",
        ),
        Column(
            "arrivals",
            N_("Travellers arriving from abroad, persons a year; where all are 0, imports follow population"),
            "number",
            "person/year",
            ge=0,
            default=0.0,
        ),
        *_SOURCE,
    ),
    required=True,
)

_TRAVEL = Table(
    "travel",
    N_("Trips between a pair of places."),
    (
        Column("origin", N_("Where trips start"), ref="places.place", key=True),
        Column("destination", N_("Where trips end"), ref="places.place", key=True),
        Column("trips_per_day", N_("Trips a day"), "number", "trip/day", ge=0),
        *_SOURCE,
    ),
    absent=N_("travel follows the law that travel_model of case.yaml names, gravity unless told otherwise"),
)

_FACILITIES = Table(
    "facilities",
    N_("A laboratory or other platform, existing or candidate."),
    (
        Column("facility", N_("Short unique code"), key=True, example="NG-LA-CPHL"),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("place", N_("Where it stands"), ref="places.place"),
        Column(
            "kind",
            N_("What it is"),
            "choice",
            choices=(
                "laboratory",
                "sequencing_hub",
                "key_laboratory",
                "biobank",
                "data_platform",
                "stockpile",
                "production",
            ),
        ),
        Column(
            "biosafety_level",
            N_("Biosafety level, 1 to 4"),
            "integer",
            "1",
            ge=1,
            le=4,
            default=2,
        ),
        Column(
            "status",
            N_("Open, or a candidate that an action may open"),
            "choice",
            choices=("candidate", "open"),
            good="more",
            touches="response",
        ),
        Column(
            "tests_per_day",
            N_("Samples that it can test a day at full staffing"),
            "number",
            "sample/day",
            ge=0,
            good="more",
            touches="response",
        ),
        Column(
            "turnaround_days",
            N_("Days from receipt to result with an empty queue"),
            "number",
            "day",
            ge=0,
            good="less",
            touches="response",
        ),
        Column(
            "sequencing_per_day",
            N_("Samples that it can sequence a day at full staffing"),
            "number",
            "sample/day",
            ge=0,
            default=0.0,
            good="more",
            touches="response",
        ),
        Column(
            "routine_per_day",
            N_("Routine samples that it tests a day already; the share in assumptions where empty"),
            "number",
            "sample/day",
            ge=0,
            default=nan,
        ),
        Column("annual_cost", N_("Running cost; information only"), "number", "currency/year", ge=0, default=0.0),
        *_SOURCE,
    ),
    absent=N_("samples go nowhere; outbreaks are found by clusters of illness only"),
)

_STAFFING = Table(
    "staffing",
    N_("Posts of a facility by cadre."),
    (
        Column("facility", N_("Facility"), ref="facilities.facility", key=True),
        _CADRE,
        Column("required", N_("Posts needed for full capacity"), "number", "person", ge=0),
        Column(
            "filled",
            N_("Posts filled; used where cadre_stock has no row for cadre and place; all where empty"),
            "number",
            "person",
            ge=0,
            default=nan,
            good="more",
            touches="response",
        ),
        *_SOURCE,
    ),
    absent=N_("every facility is fully staffed"),
)

_REFERRAL = Table(
    "referral",
    N_("A transport leg from a place to a facility."),
    (
        _PLACE,
        Column("facility", N_("Facility"), ref="facilities.facility", key=True),
        Column("days", N_("Days from place to facility"), "number", "day", ge=0, good="less", touches="response"),
        Column("cost_per_specimen", N_("Cost; information only"), "number", "currency/sample", ge=0, default=0.0),
        *_SOURCE,
    ),
    absent=N_("transport follows distance at the speed in assumptions; so does any leg without a row"),
)

_CADRES = Table(
    "cadres",
    N_("A kind of specialist."),
    (
        Column("cadre", N_("Short unique code"), key=True, example="field_epidemiologist"),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column(
            "role",
            N_("What the cadre does in an outbreak or before one"),
            "choice",
            choices=("laboratory", "surveillance", "tracing", "response", "biosafety", "faculty", "other"),
            default="other",
        ),
        Column(
            "annual_attrition",
            N_("Share that leaves each year"),
            "number",
            "share/year",
            ge=0,
            le=1,
            default=0.0,
            good="less",
            touches="response",
        ),
        Column("salary", N_("Yearly salary; information only"), "number", "currency/person", ge=0, default=0.0),
        Column(
            "norm_per_100k",
            N_("Stock at which the cadre gives all it can; the norm in assumptions where empty"),
            "number",
            "person/100,000",
            gt=0,
            default=nan,
        ),
        Column(
            "promoted_from",
            N_("Cadre below; information only"),
            ref="cadres.cadre",
            default="",
        ),
        *_SOURCE,
    ),
    absent=N_("staff of every role stand at the default density in assumptions"),
)

_CADRE_STOCK = Table(
    "cadre_stock",
    N_("Specialists at work, by cadre and place."),
    (
        _CADRE,
        _PLACE,
        Column(
            "stock", N_("People at work in the base year"), "number", "person", ge=0, good="more", touches="response"
        ),
        *_SOURCE,
    ),
    absent=N_("staff of every role stand at the default density in assumptions"),
)

_PROGRAMMES = Table(
    "programmes",
    N_("A training or degree programme that produces one cadre."),
    (
        Column("programme", N_("Short unique code"), key=True),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("discipline", N_("Discipline taught"), default=""),
        Column("level", N_("Level, such as certificate, master or doctorate"), default=""),
        Column("region", N_("Part of the country whose universities teach it"), default=""),
        Column("cadre", N_("Cadre that graduates join"), ref="cadres.cadre"),
        Column(
            "place",
            N_("Place that graduates join; empty: shared out by population"),
            ref="places.place",
            default="",
        ),
        Column("years", N_("Length"), "integer", "year", ge=0, le=15, default=1, good="less", touches="response"),
        Column(
            "intake", N_("Students who enter a year"), "number", "person/year", ge=0, good="more", touches="response"
        ),
        Column(
            "max_intake",
            N_("Largest intake; no limit where empty"),
            "number",
            "person/year",
            ge=0,
            default=nan,
            good="more",
            touches="response",
        ),
        Column(
            "completion",
            N_("Share of entrants who graduate"),
            "number",
            "share",
            ge=0,
            le=1,
            default=1.0,
            good="more",
            touches="response",
        ),
        Column("faculty_cadre", N_("Cadre that teaches"), ref="cadres.cadre", default=""),
        Column(
            "students_per_faculty",
            N_("Entrants a year that one teacher can take; no limit where empty"),
            "number",
            "1",
            gt=0,
            default=nan,
            good="more",
            touches="response",
        ),
        Column("cost_per_student", N_("Cost; information only"), "number", "currency/person", ge=0, default=0.0),
        *_SOURCE,
    ),
    absent=N_("hiring keeps pace with attrition"),
)

_CURRICULA = Table(
    "curricula",
    N_("A competency that a programme teaches; information only."),
    (
        Column("programme", N_("Programme"), ref="programmes.programme", key=True),
        Column("competency", N_("Competency"), key=True),
        Column("level", N_("Level taught"), default=""),
        *_SOURCE,
    ),
    absent=N_("nothing is known of what programmes teach"),
)

_FRONTS = Table(
    "fronts",
    N_("A research front; information only."),
    (
        Column("front", N_("Short unique code"), key=True),
        Column("label", N_("Name of the front"), default=""),
        Column("label_zh", N_("Name of the front in Chinese"), default=""),
        Column("domain", N_("Domain of law or policy"), ref="domains.domain", free=True, default=""),
        Column("family", N_("Hazard family that it serves; * any"), default=""),
        Column("supports", N_("What depends on it"), default=""),
        Column(
            "world_growth", N_("Growth of the front's literature in the world"), "number", "share/year", default=nan
        ),
        Column(
            "national_share", N_("Share of its works from this country"), "number", "share", ge=0, le=1, default=nan
        ),
        Column(
            "leadership", N_("Share of its leading works from this country"), "number", "share", ge=0, le=1, default=nan
        ),
        Column("programme", N_("Programme that teaches it"), ref="programmes.programme", default=""),
        Column("project", N_("Project that serves it"), ref="projects.project", default=""),
        *_SOURCE,
    ),
    absent=N_("no research front is known"),
)

_PRODUCTS = ("identification", "diagnostic", "vaccine", "therapeutic")

_PROJECTS = Table(
    "projects",
    N_("A research project; on success its product may be used against the family."),
    (
        Column("project", N_("Short unique code"), key=True),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("front", N_("Research front"), ref="fronts.front", default=""),
        _FAMILY,
        Column("product", N_("What it would give"), "choice", choices=_PRODUCTS),
        Column(
            "phase",
            N_("Phase today; information only"),
            "choice",
            choices=("preclinical", "phase1", "phase2", "phase3", "registered"),
            default="preclinical",
        ),
        Column(
            "years_left",
            N_("Years from the base year to a product, if it succeeds"),
            "number",
            "year",
            ge=0,
            good="less",
            touches="response",
        ),
        Column("cost", N_("Cost of what is left; information only"), "number", "currency", ge=0, default=0.0),
        Column(
            "p_success",
            N_("Probability of success; 0 while nobody pays for it"),
            "number",
            "share",
            ge=0,
            le=1,
            good="more",
            touches="response",
        ),
        Column(
            "available_day",
            N_(
                "On success: days from detection until the product is in use; identification: days to name a new"
                " agent from a specimen in the laboratory; diagnostic: days from its name to tests in use"
            ),
            "number",
            "day",
            ge=0,
            default=100.0,
            good="less",
            touches="response",
        ),
        Column(
            "efficacy",
            N_("On success: efficacy; the default in assumptions where empty"),
            "number",
            "share",
            ge=0,
            le=1,
            default=nan,
            good="more",
            touches="response",
        ),
        Column(
            "doses_per_day",
            N_("On success: people treated or vaccinated a day"),
            "number",
            "dose/day",
            ge=0,
            default=0.0,
            good="more",
            touches="response",
        ),
        Column("platform", N_("Facility that it needs; information only"), ref="facilities.facility", default=""),
        *_SOURCE,
    ),
    absent=N_("no research is under way"),
)

_COUNTERMEASURES = Table(
    "countermeasures",
    N_(
        "A diagnostic, vaccine or therapeutic against a hazard family. Where the table is there, a family without an available diagnostic is new to laboratories."
    ),
    (
        Column("family", N_("Hazard family that it serves"), key=True),
        Column("product", N_("What it is"), "choice", choices=_PRODUCTS, key=True),
        Column(
            "status",
            N_("Available, or none until a project or an action gives one"),
            "choice",
            choices=("none", "available"),
            good="more",
            touches="response",
        ),
        Column(
            "available_day",
            N_("Days from detection until it is in use"),
            "number",
            "day",
            ge=0,
            default=0.0,
            good="less",
            touches="response",
        ),
        Column(
            "efficacy",
            N_("Diagnostic: not read. Vaccine: infections prevented. Therapeutic: deaths prevented"),
            "number",
            "share",
            ge=0,
            le=1,
            default=nan,
            good="more",
            touches="response",
        ),
        Column(
            "doses_per_day",
            N_("People vaccinated or treated a day, in the whole case"),
            "number",
            "dose/day",
            ge=0,
            default=0.0,
            good="more",
            touches="response",
        ),
        Column(
            "stock",
            N_("Doses in store, given from the first day of use at the pace of delivery in assumptions"),
            "number",
            "dose",
            ge=0,
            default=0.0,
            good="more",
            touches="response",
        ),
        *_SOURCE,
    ),
    absent=N_("a diagnostic is ready for every family; there is no vaccine and no therapeutic"),
)

_SCORES = Table(
    "scores",
    N_("A score given to an indicator in an assessment."),
    (
        _FRAMEWORK,
        _INDICATOR,
        _YEAR,
        Column(
            "score", N_("Score on the framework's own scale"), "number", "score", ge=0, good="more", touches="response"
        ),
        *_SOURCE,
    ),
    absent=N_("governance stands at the default level in assumptions"),
)

_TARGETS = Table(
    "targets",
    N_("The score that an indicator should reach."),
    (
        _FRAMEWORK,
        _INDICATOR,
        _YEAR,
        Column("target", N_("Score to reach"), "number", "score", ge=0),
        *_SOURCE,
    ),
    absent=N_("every indicator should reach level 4 of 5, or its like"),
)

_FLOORS = Table(
    "floors",
    N_("The least score that a plan must reach."),
    (
        _FRAMEWORK,
        _INDICATOR,
        _YEAR,
        Column("score", N_("Least score in that year"), "number", "score", ge=0),
        *_SOURCE,
    ),
    absent=N_("no score is demanded"),
)

_ACTIONS = Table(
    "actions",
    N_("A candidate investment."),
    (
        Column("action", N_("Short unique code"), key=True),
        Column("title", N_("What is done; the code where empty"), default=""),
        Column("title_zh", N_("Title in Chinese"), default=""),
        Column("lever", N_("Lever that it belongs to"), "choice", choices=LEVERS),
        Column("area", N_("Technical area"), default=""),
        Column("domain", N_("Domain of law or policy"), ref="domains.domain", free=True, default=""),
        Column("indicator", N_("Indicator that it serves"), default=""),
        Column("place", N_("Place where it happens; empty: everywhere"), ref="places.place", default=""),
        Column("lead", N_("Institution responsible"), default=""),
        Column("capital_cost", N_("Cost until it is in force"), "number", "currency", ge=0),
        Column(
            "annual_cost", N_("Cost a year from the first year in force"), "number", "currency/year", ge=0, default=0.0
        ),
        Column("build_years", N_("Years from start until in force"), "integer", "year", ge=0, le=30, default=0),
        Column("earliest", N_("First year in which it may start"), "year", "year", ge=1900, le=2200, default=nan),
        Column("latest", N_("Last year in which it may start"), "year", "year", ge=1900, le=2200, default=nan),
        Column("valued", N_("Whether the model can see what it is good for"), "flag", default="yes"),
        *_SOURCE,
    ),
    required=True,
)

_DOMAINS = Table(
    "domains",
    N_("A domain of law or policy that actions serve, such as an area that a biosafety law names."),
    (
        Column("domain", N_("Short unique code"), key=True),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        *_SOURCE,
    ),
    absent=N_("actions belong to no domain"),
)

_PEERS = Table(
    "peers",
    N_("A score of another country, to compare with; information only."),
    (
        Column("peer", N_("Name of the country"), key=True),
        _FRAMEWORK,
        _INDICATOR,
        _YEAR,
        Column("score", N_("Score on the framework's own scale"), "number", "score", ge=0),
        *_SOURCE,
    ),
    absent=N_("no country is compared with"),
)

_ORIGINS = Table(
    "origins",
    N_("Where abroad a hazard family has broken out, and who travels from there; information only."),
    (
        Column("origin", N_("Country or region"), key=True),
        Column("family", N_("Hazard family"), key=True),
        Column("outbreaks", N_("Outbreaks on record"), "number", "1", ge=0),
        Column("first_year", N_("First year of the record"), "year", "year", ge=1900, le=2200),
        Column("last_year", N_("Last year of the record"), "year", "year", ge=1900, le=2200),
        Column("arrivals", N_("Travellers from there in an ordinary year"), "number", "person/year", ge=0, default=nan),
        *_SOURCE,
    ),
    absent=N_("nothing is known of outbreaks abroad"),
)

_TRANSLATIONS = Table(
    "translations",
    N_("A text of the case in another language: areas, leads, levels, sources of money, titles of cost lines."),
    (
        Column("text", N_("Text as the case has it"), key=True),
        Column("language", N_("Language of the translation, such as zh"), key=True),
        Column("translation", N_("The text in that language")),
    ),
    absent=N_("texts of the case appear as they are"),
)

_UNIT_COSTS = Table(
    "unit_costs",
    N_("A published unit cost."),
    (
        Column("item", N_("Short unique code"), key=True),
        Column("name", N_("What is bought"), default=""),
        Column("cost", N_("Cost of one unit"), "number", "currency", ge=0),
        Column("unit", N_("What one unit is"), default=""),
        *_SOURCE,
    ),
    absent=N_("cost lines carry their own unit cost"),
)

_COST_LINES = Table(
    "cost_lines",
    N_("A line of an action's budget: quantity times unit cost."),
    (
        _ACTION,
        Column("line", N_("Number of the line"), "integer", "1", ge=1, key=True),
        Column("title", N_("What the money is for"), default=""),
        Column("item", N_("Unit cost used"), ref="unit_costs.item", default=""),
        Column("quantity", N_("Number of units"), "number", "1", ge=0),
        Column(
            "unit_cost", N_("Cost of one unit; from unit_costs where empty"), "number", "currency", ge=0, default=nan
        ),
        Column(
            "recurs",
            N_("Once (in capital_cost) or annual (in annual_cost)"),
            "choice",
            choices=("once", "annual"),
            default="once",
        ),
        *_SOURCE,
    ),
    absent=N_("actions have a total cost only"),
)

_REQUIRES = Table(
    "requires",
    N_("A prerequisite: in force before the action starts."),
    (
        _ACTION,
        Column("requires", N_("Action that must be in force"), ref="actions.action", key=True),
        Column("group", N_("Rows of an action with the same group: any one of them is enough"), default=""),
    ),
    absent=N_("no action needs another"),
)

_EXCLUDES = Table(
    "excludes",
    N_("Two actions of which a plan may hold one only."),
    (_ACTION, Column("excludes", N_("The other action"), ref="actions.action", key=True)),
    absent=N_("no action shuts out another"),
)

_LOCKS = Table(
    "locks",
    N_("A decision already taken."),
    (
        _ACTION,
        Column(
            "rule",
            N_("Must be in the plan, must never be, or not before a year"),
            "choice",
            choices=("must", "never", "not_before"),
            key=True,
        ),
        Column(
            "year",
            N_("must: started by this year; not_before: first year allowed"),
            "year",
            "year",
            ge=1900,
            le=2200,
            default=nan,
        ),
    ),
    absent=N_("nothing is decided beforehand"),
)

_ACTION_STAFF = Table(
    "action_staff",
    N_("Specialists that an action takes from today's stock."),
    (
        _ACTION,
        _CADRE,
        Column("build", N_("People needed in each year of building"), "number", "person", ge=0, default=0.0),
        Column("run", N_("People needed in each year in force"), "number", "person", ge=0, default=0.0),
    ),
    absent=N_("actions bring their own staff"),
)

_EFFECTS = Table(
    "effects",
    N_("An edit that an action makes to the case while it is in force."),
    (
        _ACTION,
        Column("table", N_("Table edited"), key=True),
        Column("key", N_("Row edited; composite keys join with |, * matches any"), key=True),
        Column("column", N_("Column edited"), key=True),
        Column(
            "op",
            N_("set, add, multiply, or close a share of the distance to the best value"),
            "choice",
            choices=("set", "add", "multiply", "close"),
            key=True,
        ),
        Column("value", N_("Operand"), "cell"),
        Column("lag_years", N_("Years from in force to first effect"), "integer", "year", ge=0, le=50, default=0),
        Column("ramp_years", N_("Years from first to full effect"), "integer", "year", ge=0, le=50, default=0),
        Column(
            "lasts_years", N_("Years of effect; for good where empty"), "integer", "year", ge=1, le=100, default=nan
        ),
        Column("adverse", N_("Whether it is meant to make things worse"), "flag", default="no"),
        *_SOURCE,
    ),
    required=True,
)

_HAZARDS = Table(
    "hazards",
    N_("A class of outbreak: natural, zoonotic or a laboratory incident."),
    (
        Column("hazard", N_("Short unique code"), key=True),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("family", N_("Family, for countermeasures; the hazard itself where empty"), default=""),
        Column(
            "route", N_("Main route of transmission; zoonotic: practice against spillover makes it rarer"), default=""
        ),
        Column(
            "origin",
            N_("Where outbreaks come from"),
            "choice",
            choices=("domestic", "imported", "laboratory"),
            default="domestic",
        ),
        Column(
            "events_per_year",
            N_("Outbreaks that start a year"),
            "number",
            "1/year",
            ge=0,
            good="less",
            touches="arithmetic",
        ),
        Column(
            "r0",
            N_("Basic reproduction number, without immunity"),
            "number",
            "1",
            ge=0,
            le=30,
            good="less",
            touches="course",
        ),
        Column("dispersion", N_("Dispersion k of the offspring distribution"), "number", "1", gt=0, default=0.5),
        Column("latent_days", N_("Mean days from infection to infectiousness"), "number", "day", ge=0, le=365),
        Column("infectious_days", N_("Mean days of infectiousness"), "number", "day", gt=0, le=365),
        Column(
            "incubation_days",
            N_("Mean days from infection to symptoms; the latent period where empty"),
            "number",
            "day",
            ge=0,
            le=365,
            default=nan,
        ),
        Column(
            "presymptomatic",
            N_("Share of a symptomatic case's transmission before symptoms; from the periods where empty"),
            "number",
            "share",
            ge=0,
            le=1,
            default=nan,
        ),
        Column(
            "generation_days",
            N_("Mean generation interval; latent plus infectious where empty"),
            "number",
            "day",
            gt=0,
            le=365,
            default=nan,
        ),
        Column(
            "generation_sd",
            N_("Its standard deviation; from latent and infectious where empty"),
            "number",
            "day",
            gt=0,
            le=365,
            default=nan,
        ),
        Column("symptomatic", N_("Share of infections with symptoms"), "number", "share", ge=0, le=1, default=1.0),
        Column(
            "ifr",
            N_("Deaths per infection, untreated"),
            "number",
            "share",
            ge=0,
            le=1,
            good="less",
            touches="arithmetic",
        ),
        Column(
            "hospitalised",
            N_("Share of infections that need a hospital bed"),
            "number",
            "share",
            ge=0,
            le=1,
            default=0.0,
        ),
        Column(
            "recognised",
            N_("How much likelier a case is to be suspected than usual: factor on the odds of suspicion"),
            "number",
            "1",
            ge=0,
            le=1000,
            default=1.0,
        ),
        Column("measures", N_("Whether community measures work against it"), "flag", default="yes"),
        Column(
            "immune",
            N_("Share immune beforehand, where immunity has no row"),
            "number",
            "share",
            ge=0,
            le=1,
            default=0.0,
            good="more",
            touches="course",
        ),
        Column(
            "imports_per_day",
            N_("Infectious introductions a day after the first"),
            "number",
            "1/day",
            ge=0,
            default=0.0,
            good="less",
            touches="course",
        ),
        Column(
            "import_days",
            N_("Days for which introductions go on; the default in assumptions where empty"),
            "number",
            "day",
            ge=0,
            le=3650,
            default=nan,
            good="less",
            touches="course",
        ),
        Column(
            "life_years",
            N_("Life years lost per death; where empty, by the ages that die or the default in assumptions"),
            "number",
            "year",
            ge=0,
            default=nan,
        ),
        Column(
            "cost_per_case",
            N_("Care and lost work per symptomatic case; the default in assumptions where empty"),
            "number",
            "currency/person",
            ge=0,
            default=nan,
            good="less",
            touches="arithmetic",
        ),
        Column(
            "interruption_per_case",
            N_("Economic interruption per infection, societal perspective; the default in assumptions where empty"),
            "number",
            "currency/person",
            ge=0,
            default=nan,
            good="less",
            touches="arithmetic",
        ),
        *_SOURCE,
    ),
    required=True,
)

_IMMUNITY = Table(
    "immunity",
    N_("Immunity to a hazard in a place."),
    (
        Column("hazard", N_("Hazard"), ref="hazards.hazard", key=True),
        _PLACE,
        Column("immune", N_("Share immune beforehand"), "number", "share", ge=0, le=1, good="more", touches="course"),
        *_SOURCE,
    ),
    absent=N_("immunity is that of hazards everywhere"),
)

_AGES = Table(
    "ages",
    N_("An age group of the population, for the burden by age."),
    (
        Column("age_group", N_("Short unique code, such as 0-4"), key=True),
        Column("name", N_("Name shown in reports; the code where empty"), default=""),
        _NAME_ZH,
        Column("share", N_("Share of the population"), "number", "share", ge=0, le=1),
        Column(
            "susceptibility",
            N_("How often its members are infected, relative to the others"),
            "number",
            "1",
            ge=0,
            default=1.0,
        ),
        Column(
            "life_years",
            N_("Life years lost per death; used where the hazard does not say"),
            "number",
            "year",
            ge=0,
            default=nan,
        ),
        *_SOURCE,
    ),
    absent=N_("the burden is not told by age"),
)

_SEVERITY = Table(
    "severity",
    N_("How deadly a hazard is to an age group."),
    (
        Column("hazard", N_("Hazard"), ref="hazards.hazard", key=True),
        Column("age_group", N_("Age group"), ref="ages.age_group", key=True),
        Column("fatality", N_("Deaths per infection, relative to the other age groups"), "number", "1", ge=0),
        *_SOURCE,
    ),
    absent=N_("every age dies alike"),
)

_BUDGETS = Table(
    "budgets",
    N_("Money of a source in a year."),
    (
        Column("source", N_("Who pays"), key=True),
        _YEAR,
        Column("amount", N_("Money of the year"), "number", "currency", ge=0),
        Column("carry_over", N_("Whether what is unspent moves to the source's next year"), "flag", default="no"),
        Column("earmark", N_("Lever or technical area that alone may be paid; anything where empty"), default=""),
        Column("reference", N_("Where the row comes from"), default=""),
        Column("evidence", N_("How well the row is known"), "choice", choices=EVIDENCE, default="assumed"),
    ),
    required=True,
)

_EVENTS = Table(
    "events",
    N_("A past outbreak, for timeliness (7-1-7)."),
    (
        Column("event", N_("Short unique code"), key=True),
        Column("family", N_("Hazard family"), default=""),
        Column("place", N_("Place"), ref="places.place", default=""),
        Column("emergence", N_("Day of emergence"), "date", default=""),
        Column("detection", N_("Day of detection"), "date", default=""),
        Column("notification", N_("Day of notification"), "date", default=""),
        Column("response", N_("Day on which early response was complete"), "date", default=""),
        Column("bottleneck", N_("What held it up"), default=""),
        *_SOURCE,
    ),
    absent=N_("nothing is known of past events"),
)

_ASSUMPTIONS = Table(
    "assumptions",
    N_("A coefficient of the model; the packaged value where a parameter has no row."),
    (
        Column("parameter", N_("Name of the coefficient"), key=True),
        Column("low", N_("Low value"), "number", default=nan),
        Column("central", N_("Value used"), "number"),
        Column("high", N_("High value"), "number", default=nan),
        Column("unit", N_("Unit"), default=""),
        *_SOURCE,
        Column("note", N_("What it is"), default=""),
    ),
    absent=N_("every coefficient has its packaged value"),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _PLACES,
        _TRAVEL,
        _FACILITIES,
        _STAFFING,
        _REFERRAL,
        _CADRES,
        _CADRE_STOCK,
        _PROGRAMMES,
        _CURRICULA,
        _FRONTS,
        _PROJECTS,
        _COUNTERMEASURES,
        _SCORES,
        _TARGETS,
        _FLOORS,
        _DOMAINS,
        _ACTIONS,
        _UNIT_COSTS,
        _COST_LINES,
        _REQUIRES,
        _EXCLUDES,
        _LOCKS,
        _ACTION_STAFF,
        _EFFECTS,
        _HAZARDS,
        _IMMUNITY,
        _AGES,
        _SEVERITY,
        _BUDGETS,
        _EVENTS,
        _ORIGINS,
        _PEERS,
        _ASSUMPTIONS,
        _TRANSLATIONS,
    )
}
"""All tables, in the order in which people read them."""
