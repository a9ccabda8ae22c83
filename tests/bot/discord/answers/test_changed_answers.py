"""Answers whose passages were edited or removed since: whoever uses them is told so, and sees what holds now."""

from __future__ import annotations

from index.audience import CHANNEL, Audience
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, with_moderator
from tests.bot.discord.test_client import button, description
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.stores import document, put

QUESTION = "出張の宿泊費はいくらですか"
OLD, NEW = "出張の宿泊費は一泊一万円です", "出張の宿泊費は一泊二万円です"


async def mention(company: Company) -> Message:
    """Ask in public; gives the card."""
    written = await company.server.send_message(
        company.hanako, company.public, QUESTION, mentions=[company.server.world.bot]
    )
    (card,) = await company.server.replies(written)
    assert "一万円" in description(card)
    return card


def edit(store: Store) -> None:
    """Somebody changes what the document says."""
    put(store, "/rules", document("規程", NEW))


def test_an_old_answer_becomes_the_new_one_whoever_uses_it(store: Store) -> None:
    """For all who see it, with a sentence that says why, and with buttons that work; but not for what is still there."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        put(store, "/rules", document("規程", OLD))
        async with company.server, connected(company, store):
            card = await mention(company)
            shown = await company.server.click(taro, card, button(card, "context"))
            assert "一万円" in str(shown.embeds)
            assert "答え直しました" not in description(card)
            edit(store)
            await company.server.click(taro, card, button(card, "context"))
            assert "答え直しました" in description(card)
            assert "二万円" in description(card)
            assert "一万円" not in str(card.embeds)
            shown = await company.server.click(taro, card, button(card, "context"))
            assert shown.ephemeral
            assert "二万円" in str(shown.embeds)

    play()


def test_who_goes_on_from_an_old_answer_or_votes_on_it_is_told(store: Store) -> None:
    """In the form, in a reply, and where they say that it helped."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        put(store, "/rules", document("規程", OLD, "宿泊費の上限は部長が決めます"))
        async with server, connected(company, store):
            card = await mention(company)
            voted = await server.click(company.hanako, card, button(card, "good"))
            assert "使われなくなりました" not in voted.content
            edit(store)
            voted = await server.click(company.hanako, card, button(card, "good"))
            assert "使われなくなりました" in voted.content
            reply = await server.send_message(
                company.hanako, company.public, "上限は？", mentions=[server.world.bot], reply_to=card
            )
            (further,) = await server.replies(reply)
            assert "使われなくなりました" in description(further)
            form = await server.click(company.hanako, card, button(card, "follow"))
            asked = await server.answer(await server.submit_modal(company.hanako, form, {"question": "上限は？"}))
            assert "使われなくなりました" in description(asked.original)

    play()


def test_what_only_some_may_not_read_any_more_is_not_taken_for_gone(store: Store) -> None:
    """A card that one of those who see it cannot use stays; one that not all may read any more is taken back."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        other = server.world.add_channel(company.guild, "経理")
        put(store, "/rules", document("規程", OLD), audience=Audience(CHANNEL, company.guild.id, other.id))
        async with server, connected(company, store):
            card = await mention(company)
            await server.set_overwrites(other, Overwrite(company.guild.id, deny=Permission.VIEW_CHANNEL))
            await server.click(company.boss, card, button(card, "follow"))
            assert "一万円" in description(card)
            await server.click(company.hanako, card, button(card, "context"))
            assert "一万円" not in str(card.embeds)
            assert "見つかりませんでした" in description(card)

    play()
