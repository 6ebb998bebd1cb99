"""Colours: every pair that is drawn can be told apart, in both themes, by computation; and no text of a book is ever taken for a colour."""

import re

import pytest
from ar_core.plot import theme
from ar_core.plot.theme import DARK, LIGHT, MARKS_ON, TEXT_ON, THEMES, Role, contrast, themed


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("name", THEMES)
def test_text_stands_out_by_4_5_to_1(name):
    colours = THEMES[name]
    weak = {pair: contrast(*(colours[role] for role in pair)) for pair in TEXT_ON}
    assert {pair: value for pair, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_by_3_to_1(name):
    colours = THEMES[name]
    weak = {pair: contrast(*(colours[role] for role in pair)) for pair in MARKS_ON}
    assert {pair: value for pair, value in weak.items() if value < 3} == {}


def test_the_check_can_fail():
    assert contrast("#56b4e9", LIGHT["paper"]) < 3, "Okabe and Ito's sky blue is too light for white paper"


def test_both_themes_have_the_same_roles_and_every_role_is_a_colour():
    assert LIGHT.keys() == DARK.keys()
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colours in THEMES.values() for colour in colours.values())


def test_ages_are_ordered_by_lightness_on_both_papers():
    for colours in THEMES.values():
        steps = [contrast(colours[f"age{step}"], colours["paper"]) for step in range(1, 5)]
        assert steps == sorted(steps), "who sees no colour sees the order"


def test_only_a_role_becomes_a_colour():
    spec = {"name": "ink", "rows": [{"customer": "paper", "fill": Role("ink")}]}
    assert themed(spec, "dark") == {"name": "ink", "rows": [{"customer": "paper", "fill": DARK["ink"]}]}
    assert themed(Role("ink"), "auto") == f"var(--ar-ink,{LIGHT['ink']})"
    assert theme.variables("light").count("--ar-") == len(LIGHT)
