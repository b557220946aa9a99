"""Who answers for it: grid, requests, providers, contracts, evaluation, equal service. Above scheduling."""
