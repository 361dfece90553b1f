"""Text becomes a readout: place, dates, presider and agenda items.

In reading order: `readout` (the records) and `parse` (one page, all fields); then field by field.

- What every field stands on: `spans` (paragraphs, sentences, clauses), `patterns` (verbs and openings from
  the tables), `lead` (the sentence that convenes), `genre` (is it a readout at all?).
- Who met: `organs`, `meetings` (the type), `people` (the chair, who attended).
- Where: `named` (what each name of a place does in the text), `signs`, `implied` (units told
  without their name), `weigh`, `places`; `unlisted` (units without a code).
- When: `printed_days`, `years` (the year that the text settles), `plenums` (of the page's province),
  `pictures` (days in addresses), `dates`.
- The agenda: `matter`, `statements` and `heads` (what a sentence opens), `blocks` (the outline of a body),
  `sources`, `speaks` and `align` (which paragraph tells which matter of the lead), `zones` and `draft` (items
  between heads), `unmet` (what no head tells), `items`.
"""
