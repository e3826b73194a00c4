"""Money for a workload: what a month of it costs, exactly where it can be known and with a range where not."""
