"""What can be bought or run, at which price, since when: models, providers and offers as dated, sourced rows."""
