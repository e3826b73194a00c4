"""How tables of the catalog look in a terminal: at eighty columns first, and more where there is room."""
