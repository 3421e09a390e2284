"""The digest of a mail as an HTML page: one table with a link to each complaint, then the whole texts."""

from typing import Final

from jinja2 import Environment

from services.notifier.texts import DIGEST_COLUMNS, Digest

# A program that knows no style sheet shows a plain table.
_PAGE: Final = Environment(autoescape=True, trim_blocks=True).from_string(
    """<!doctype html>
<html lang="id"><head><title>Tanggap</title><style>
body { font: 16px sans-serif; color: #1b1f23 }
table { border-collapse: collapse } caption { text-align: left; font-weight: bold; padding: 8px 0 }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid #d0d5db }
.text { white-space: pre-line }
</style></head><body>
<p>{{ greeting }}</p>
<table><caption>{{ rows|length }} kabar</caption>
<thead><tr>{% for name in columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr><td><a href="{{ row.link }}">{{ row.ticket }}</a></td><td>{{ row.news }}</td><td>{{ row.place }}</td>
<td>{{ row.due }}</td></tr>
{% endfor %}
</tbody></table>
<h2>Rincian</h2>
{% for text in details %}
<p class="text">{{ text }}</p>
{% endfor %}
<p>{{ closing }}</p>
</body></html>
"""
)


def html_digest(digest: Digest) -> str:
    """Return the page. All values are escaped."""
    return _PAGE.render(
        columns=DIGEST_COLUMNS,
        greeting=digest.greeting,
        rows=digest.rows,
        details=digest.details,
        closing=digest.closing,
    )
