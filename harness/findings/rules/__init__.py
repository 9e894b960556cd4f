"""The rules, one to a module; `harness.findings.registry` names them."""
