"""Files that the tables name must exist, and policies must be sound on their face."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from travesia.calendar import parse_date, parse_month
from travesia.errors import Problem
from travesia.scenario.checks.context import Context

_YEAR = re.compile(r"^(FY)?\d{4}$")
"""A calendar year, or a US fiscal year."""


def target_files(context: Context) -> Iterator[Problem]:
    """A target names a file that is not there, or one outside the scenario."""
    for i, target in enumerate(context.scenario.targets):
        where = context.where("targets", i)
        path = PurePosixPath(target.file)
        if path.is_absolute() or ".." in path.parts:
            yield Problem(
                f"target '{target.id}' names '{target.file}', outside the scenario folder",
                where, "put the file into the folder observed",
            )  # fmt: skip
        elif context.scenario.file(target.file) is None:
            yield Problem(
                f"target '{target.id}' names '{target.file}', which does not exist",
                where, "correct the path (from the scenario folder), or add the file",
            )  # fmt: skip


def target_dates(context: Context) -> Iterator[Problem]:
    """A target starts or ends on something that is no date, or ends before it starts."""
    for i, target in enumerate(context.scenario.targets):
        where = context.where("targets", i)
        for name, text in (("start", target.start), ("end", target.end)):
            if text and not _is_date(text):
                yield Problem(
                    f"{name} of target '{target.id}' is '{text}'", where,
                    "write it as YYYY-MM-DD, YYYY-MM, YYYY or FY2019",
                )  # fmt: skip
        if (
            _is_date(target.start)
            and _is_date(target.end)
            and target.end < target.start[: len(target.end)]
        ):
            yield Problem(
                f"target '{target.id}' ends ({target.end}) before it starts ({target.start})",
                where, "correct one of the dates",
            )  # fmt: skip


def _is_date(text: str) -> bool:
    if _YEAR.match(text):
        return True
    for reader in (parse_date, parse_month):
        try:
            reader(text)
        except ValueError:
            continue
        return True
    return False


def policy_scale(context: Context) -> Iterator[Problem]:
    """The scale of a policy is negative."""
    for i, policy in enumerate(context.scenario.policies):
        if policy.scale < 0:
            yield Problem(
                f"policy '{policy.id}' has the scale {policy.scale:g}, below 0",
                context.where("policies", i), "give 0 to switch it off, 1 for its full strength",
            )  # fmt: skip


def idle_posts(context: Context) -> Iterator[Problem]:
    """A checkpoint stands for a policy that does not count posts, so it does nothing."""
    counts = {p.id for p in context.scenario.policies if "per_post" in p.parameters}
    known = {p.id for p in context.scenario.policies}  # an unknown policy is another fault
    for i, post in enumerate(context.scenario.checkpoints):
        if post.policy in known - counts:
            yield Problem(
                f"the posts at '{post.place}' do nothing: policy '{post.policy}' has no 'per_post'",
                context.where("checkpoints", i),
                "name a policy of interior_checkpoints with 'per_post', or remove the row",
                severity="warning",
            )


def variants_enabled(context: Context) -> Iterator[Problem]:
    """A policy and its variant are in force at once."""
    on = {p.id for p in context.scenario.policies if p.enabled}
    for i, policy in enumerate(context.scenario.policies):
        if policy.variant_of in on and policy.id in on:
            yield Problem(
                f"policy '{policy.id}' and '{policy.variant_of}', of which it is a variant, are "
                "both enabled",
                context.where("policies", i), "switch one of them off with enabled: false",
            )  # fmt: skip
