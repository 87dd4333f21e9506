"""Checkpoints on roads and railways of the interior."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor, Ids
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number, optional
from travesia.policy.names import PostInfo

WAYS = {"road": ("bus", "guided_vehicle", "goods_truck"), "rail": ("freight_train",)}
TRACK_MODES = ("walk_track",)


class InteriorCheckpoints(Spec):
    """Posts at towns stop vehicles and trains and ask for papers.

    Each post of ``checkpoints.csv`` that names the policy is one more chance to be stopped, by
    ``per_post``, for people in buses, cars and trucks (or on trains) who come to its town or leave
    it; ``road_factor`` acts on all roads of the policy. Officers who stand on the road are missing
    in the bush, so that those who walk round the posts are stopped less (``track_factor``), in
    more dangerous country (S0-p07-c, S4-p31-a to S4-p31-c, S4-p30-g, S2-p05-b).
    """

    road_factor: Number = number("factor", "factor on the stop rates in road vehicles")
    track_factor: Number = number("factor", "factor on the stop rates on foot off the road")
    per_post: Number | None = optional("1", "what one post adds to the factor at its town")


def effects(spec: InteriorCheckpoints, scope: Scope) -> list[Effect]:
    """Moves stops from tracks to roads, and adds those of each post."""
    acts = [
        (scope.leg_ids(*WAYS["road"]), scope.factor(spec.road_factor)),
        (scope.leg_ids(*TRACK_MODES), scope.factor(spec.track_factor)),
    ]
    if spec.per_post is not None:
        each = spec.per_post.value * scope.scale
        acts += [
            (_legs_past(scope, post), max(0.0, 1.0 + each * post.posts))
            for post in scope.names.posts
            if post.policy == scope.policy
        ]
    causes = scope.names.stops_by("INM", "GUARD")
    return [
        HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)
        for legs, factor in acts
        if legs and causes
    ]


def _legs_past(scope: Scope, post: PostInfo) -> Ids:
    """Legs that come to the post's town or leave it, on the way that it watches."""
    return scope.leg_ids(*WAYS[post.way], narrow=False, test=lambda leg: post.place in leg.ends)


INSTRUMENT = Instrument(
    id="interior_checkpoints",
    title="Interior checkpoints",
    codes=("I6",),
    spec=InteriorCheckpoints,
    effects=effects,
    claims=("S0-p07-c", "S4-p31-a", "S4-p31-b", "S4-p31-c", "S4-p30-g", "S2-p05-b"),
)
