"""How what `planwright check` found is told: one module a format."""
