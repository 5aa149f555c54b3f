from tests.scale import FACTOR, scale


def test_a_count_grows_with_the_scale_and_never_vanishes():
    assert scale(100) == round(100 * FACTOR)
    assert scale(0) == 1
