"""What sizing and costing need beside the catalog, and the answers that the verbs and the routes share."""
