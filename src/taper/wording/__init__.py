"""How things are said: quoting, names that identify, cells of spreadsheets."""
