"""Carries a comparison out: from levers to arms, from arms to cells in balanced blocks, up to the last look."""
