"""Partners and the official ratings of their sites: by acts in the ledger, which every field follows."""

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry import rows
from registry.commands import Rating
from registry.desk import Desk
from registry.errors import not_found
from registry.law.days import end_of_day, start_of_day
from registry.plan import Plan


async def enrol_partner(request: rpc.EnrolPartnerRequest) -> Plan[rpc.EnrolPartnerResponse]:
    """Make a partner known, or change what is known of it; one that was retired is back."""
    effect = pb.Effect(
        partner_enrolled=pb.PartnerEnrolled(
            partner_id=request.partner_id,
            fields=request.fields,
            push_address=request.push_address,
            checks_per_s=request.checks_per_s,
            checks_per_day=request.checks_per_day,
        )
    )

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.EnrolPartnerResponse:
        return rpc.EnrolPartnerResponse(position=position)

    kept = rows.KeptPartner(
        partner_id=request.partner_id,
        name=request.name,
        fields=tuple(request.fields),
        push_address=request.push_address,
    )
    return Plan(effects=[effect], rows=[kept], answer=answer)


async def retire_partner(
    desk: Desk, request: rpc.RetirePartnerRequest
) -> Plan[rpc.RetirePartnerResponse]:
    """Nothing more is pushed to it."""
    if not await desk.hold_partner(request.partner_id):
        raise not_found("partner", "partner_id")
    effect = pb.Effect(partner_retired=pb.PartnerRetired(partner_id=request.partner_id))

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.RetirePartnerResponse:
        return rpc.RetirePartnerResponse(position=position)

    return Plan(effects=[effect], rows=[rows.RetiredPartner(request.partner_id)], answer=answer)


async def record_rating(desk: Desk, rating: Rating) -> Plan[rpc.RecordRatingResponse]:
    """What the authority published, for its days. A later record counts where both cover a day."""
    if not await desk.hold_partner(rating.partner_id):
        raise not_found("partner", "partner_id")
    effect = pb.Effect()
    recorded = effect.rating_recorded
    recorded.partner_id, recorded.site_code = rating.partner_id, rating.site_code
    recorded.stars = rating.stars
    recorded.start_time.FromDatetime(start_of_day(rating.first_on))
    recorded.end_time.FromDatetime(end_of_day(rating.last_on))

    async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.RecordRatingResponse:
        return rpc.RecordRatingResponse(position=position)

    row = rows.NewRating(
        partner_id=rating.partner_id,
        site_code=rating.site_code,
        stars=rating.stars,
        first_on=rating.first_on,
        last_on=rating.last_on,
    )
    return Plan(effects=[effect], rows=[row], answer=answer)
