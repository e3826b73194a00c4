"""How the catalog is kept true between releases: what is laid over its rows, and what newer sources say of them."""
