"""From a delivered file, of whatever kind, to tables of text: CSV, workbook, XML, Parquet, a database."""
