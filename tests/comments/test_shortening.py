from django.template import Context, Template


def test_templates_show_the_beginning_of_a_text_and_escape_it():
    template = Template("{% load shortening %}{{ text|beginning:11 }}")
    assert template.render(Context({"text": "One <b> three"})) == "One &lt;b&gt;…"
