"""One amount, time or date in the forms that people write it, and another one near it, for made_pairs.py."""

from __future__ import annotations

import calendar
import random
from datetime import date

SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen"""
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
SIGNS = {"euro": "€", "dollar": "$", "pound": "£"}
SPOKEN = {0: "{} o'clock", 10: "ten past {}", 15: "a quarter past {}", 20: "twenty past {}", 30: "half past {}"}


def in_words(n: int) -> str:
    """A whole number below a million in words."""
    if n < 20:
        return SMALL.split()[n]
    if n < 100:
        return TENS.split()[n // 10] + (f"-{in_words(n % 10)}" if n % 10 else "")
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    rest = f" {'and ' if n % size < 100 else ''}{in_words(n % size)}" if n % size else ""
    return f"{in_words(n // size)} {name}{rest}"


def count_forms(n: int) -> list[str]:
    """A count, most often in figures."""
    words = [in_words(n)] if n < 100 or (n % 100 == 0 and n < 10**6) else []
    return [f"{n:,}", f"{n:,}", *words, *(["a dozen"] if n == 12 else [])]


def money_forms(n: int, currency: str) -> list[str]:
    """A sum of euros, dollars or pounds."""
    sign, million = SIGNS[currency], n / 1_000_000
    forms = [f"{n:,} {currency}s", f"{sign}{n:,}"]
    if n % 1000 == 0 and n < 1_000_000:
        forms += [f"{n // 1000} thousand {currency}s", f"{in_words(n // 1000)} thousand {currency}s", f"{sign}{n // 1000}k"]
    if n >= 1_000_000 and n % 100_000 == 0:
        forms += [f"{million:g} million {currency}s", f"{sign}{million:g}m", f"{sign}{million:g} million"]
        forms += [f"{million:g} million {currency}s".replace(".", ",")] if n % 1_000_000 else []
    if n % 1_000_000 == 0 and n < 1_000_000_000:
        forms.append(f"{in_words(n // 1_000_000)} million {currency}s")
    return [*forms, f"one and a half million {currency}s"] if n == 1_500_000 else forms


def metric_forms(n: int, small: list[str], large: list[str]) -> list[str]:
    """A number of metres or kilos, also in kilometres or tonnes."""
    forms = [f"{n:,} {unit}" for unit in small] + [f"{n / 1000:g} {unit}" for unit in large]
    return [*forms, f"{in_words(n // 1000)} {large[-1]}"] if n % 1000 == 0 and 1000 < n < 10**9 else forms


def clock_forms(hour: int, minute: int) -> list[str]:
    """A time of the day; figures alone only where nobody takes them for the other half of the day."""
    half, short = ("am" if hour < 12 else "pm"), (hour - 1) % 12 + 1
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    forms = [f"{hour:02}{minute:02} hours", f"{short}.{minute:02} {half}", f"{short}:{minute:02} {half[0]}.m."]
    if hour < 10 or hour > 12:
        forms += [f"{hour:02}:{minute:02}", f"{hour:02}.{minute:02}"]
    if minute == 45 and hour in (11, 17):  # a quarter to noon, and to six: in which part of the day?
        return forms
    spoken = SPOKEN[minute].format(in_words(short)) if minute < 45 else f"a quarter to {in_words(short % 12 + 1)}"
    return [*forms, *[f"{spoken} {part}"] * 2]


def zone_forms(hour: int, minute: int, shift: int) -> tuple[list[str], list[str]]:
    """One moment in two zones, and the moments of a reader who overlooks the zone or shifts the wrong way."""
    zone = f"local time (UTC{shift:+d})"
    right = [f"{hour:02}:{minute:02} UTC", f"{(hour + shift) % 24:02}:{minute:02} {zone}"]
    return right, [f"{hour:02}:{minute:02} {zone}", f"{(hour - shift) % 24:02}:{minute:02} {zone}"]


def date_forms(day: date) -> list[str]:
    """A date with or without its year and weekday."""
    month = calendar.month_name[day.month]
    suffix = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    with_year = [f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}", day.isoformat(), f"{day:%d.%m.%Y}"]
    weekday = f"{calendar.day_name[day.weekday()]} {day.day} {month} {day.year}"
    return [f"{day.day} {month}", f"{month} {day.day}", f"the {day.day}{suffix} of {month}", weekday, *with_year]


def drawn_count(rng: random.Random) -> int:
    """A count of any size up to some thousands."""
    return rng.choice([12, rng.randint(3, 99), 10 * rng.randint(3, 60), 100 * rng.randint(2, 90), rng.randint(110, 9900)])


def near_miss(rng: random.Random, n: int) -> int:
    """Another number: ten times as much, some more, some less, or with its digits in another order."""
    digits = list(str(n))
    rng.shuffle(digits)
    swapped = int("".join(digits)) if digits[0] != "0" else n * 2
    options = [n * 10, n + max(2, n // rng.randint(2, 5)), max(2, n - max(1, n // 3)), swapped]
    return rng.choice([m for m in options if m != n and m > 1])
