"""Signing in and out."""


def test_the_page_opens(make_app):
    from tests.browser import Browser

    page = Browser(make_app()).open("/account/sign-in")
    assert page.heading == "Sign in"
