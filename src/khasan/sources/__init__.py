"""Public data files: fetch, read, check, and map to panels and rows of the ledger.

No module names a country: codes of a file become actors through the casebook's own table of actors. What a file is,
where it lies and which columns it has stands in CSV tables beside the code; everything between reading and loading is a
pure function from frames to frames. The modules by subject, in the order in which they are used:

**Fetching.** :mod:`~khasan.sources.catalogue` (addresses, licences, keys), :mod:`~khasan.sources.fetch`,
:mod:`~khasan.sources.fetch_transfer`, :mod:`~khasan.sources.fetch_checks`, :mod:`~khasan.sources.fetch_record`.

**Reading.** Archives: :mod:`~khasan.sources.packed`, :mod:`~khasan.sources.archives`. Large tables whose columns are
listed: :mod:`~khasan.sources.tabular`, :mod:`~khasan.sources.delimited`, :mod:`~khasan.sources.cells`. Small files with
a layout of their own: :mod:`~khasan.sources.publisher_files`, :mod:`~khasan.sources.page_tables`,
:mod:`~khasan.sources.safe_xml`. Tables of this package: :mod:`~khasan.sources.packaged`.

**Placing in time.** Codes of the Correlates of War: :mod:`~khasan.sources.actors`, :mod:`~khasan.sources.spells`,
:mod:`~khasan.sources.mapped`. Alpha-3 codes, names and area numbers: :mod:`~khasan.sources.places`.

**Data sets held whole, as panels.** :mod:`~khasan.sources.loading`, :mod:`~khasan.sources.datasets` (which files),
:mod:`~khasan.sources.mapping` (how each becomes panels); trade :mod:`~khasan.sources.correlates_trade`; states
:mod:`~khasan.sources.state_panels`, :mod:`~khasan.sources.state_system`, :mod:`~khasan.sources.state_sizes`; votes
:mod:`~khasan.sources.assembly_panels`.

**Fetched sources.** :mod:`~khasan.sources.public_loading`; trade :mod:`~khasan.sources.comtrade`,
:mod:`~khasan.sources.imf_trade`, :mod:`~khasan.sources.trade_rows`; measures :mod:`~khasan.sources.world_bank`; refined
petroleum :mod:`~khasan.sources.petroleum_1718`, :mod:`~khasan.sources.petroleum_headings`; lists
:mod:`~khasan.sources.listing`, :mod:`~khasan.sources.ofac_sdn`, :mod:`~khasan.sources.un_consolidated`; networks
:mod:`~khasan.sources.ripestat`, :mod:`~khasan.sources.ripestat_rows`; events :mod:`~khasan.sources.csis_timeline`.

**Rows made of panels, for those who ask.** :mod:`~khasan.sources.world`, :mod:`~khasan.sources.focus` (about whom),
:mod:`~khasan.sources.derived_trade`, :mod:`~khasan.sources.derived_votes` with :mod:`~khasan.sources.general_assembly`
and :mod:`~khasan.sources.vote_rows`, :mod:`~khasan.sources.derived_context`.

**Rows and tables of a ledger.** :mod:`~khasan.sources.rows`, :mod:`~khasan.sources.raw_tables` (what a ledger loads),
:mod:`~khasan.sources.text_tables` (files of a casebook).
"""
