"""The rule book as both offices show it: one table, one form, one way to publish (R55 to R58).

The operator's console shows the shared rules, an agency's office the rules that apply to it
and its own overrides. What differs between the two is in a :class:`~.desk.Desk`; everything
else, from the columns to the dry run, is the same code and the same templates, so that an
agency's administrator and the operator mean the same thing by the same word.

Nothing here writes a rule. Every change goes through the verbs of
``shared_apps.commissions.books``, as a draft in the person's open change set.
"""
