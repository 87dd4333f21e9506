"""Policies must be sound on their face."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context


def policy_scale(context: Context) -> Iterator[Problem]:
    """The scale of a policy is negative."""
    for i, policy in enumerate(context.scenario.policies):
        if policy.scale < 0:
            yield Problem(
                f"policy '{policy.id}' has the scale {policy.scale:g}, below 0",
                context.where("policies", i),
                "give 0 to switch it off, 1 for its full strength",
            )


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
                context.where("policies", i),
                "switch one of them off with enabled: false",
            )
