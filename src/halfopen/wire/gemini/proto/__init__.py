"""What comes with proto JSON and Google's schemas: two spellings of a name, types in capitals, arguments in bits."""
