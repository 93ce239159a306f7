const POWERS = ['B', 'K', 'M', 'G', 'T', 'P'];

/** `128.001 GiB`, `1,1 TB`, `38,191`: whole bytes, rounded down. Units are powers of 1024, as backup products count, unless `powerOf` says otherwise. */
export function bytesOf(text: string | null | undefined, powerOf = 1024): number | null {
  const [, digits = '', unit = ''] =
    /^([\d.,\u00a0\u202f ]{1,20})\s*([KMGTP]?)i?B?\b/i.exec(text?.trim() ?? '') ?? [];
  const number = numberOf(digits);
  const bytes =
    number === null
      ? Number.NaN
      : Math.floor(number * powerOf ** Math.max(0, POWERS.indexOf(unit.toUpperCase())));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** With a decimal comma or point, and thousands by commas, points, apostrophes or spaces. */
export function numberOf(text: string | null | undefined): number | null {
  const bare = (text ?? '').replaceAll(/[\s\u00a0\u202f']/g, '');
  if (!/^\d[\d.,]*$/.test(bare) || bare.length > 20) return null;
  const isGrouped = /^\d{1,3}([.,]\d{3})+$/.test(bare) && !/^\d{1,3}\.\d{3}$/.test(bare);
  const plain = isGrouped
    ? bare.replaceAll(/[.,]/g, '')
    : bare.replaceAll(/[.,](?=.*[.,])/g, '').replace(',', '.');
  const number = Number(plain);
  return Number.isFinite(number) ? number : null;
}

const SECONDS = { d: 86_400, h: 3600, m: 60, s: 1 };

/** `00:05:05.45`, `12 Minute 38 Second`, `1h 30m`, `1m3.2s`: whole seconds, rounded down. */
export function secondsOf(text: string | null | undefined): number | null {
  const given = text?.trim() ?? '';
  const clock = /^(?:(\d{1,4})\.)?(\d{1,4}):([0-5]\d):([0-5]\d)(?:\.\d+)?$/.exec(given);
  if (clock) {
    const [days, hours, minutes, seconds] = clock.slice(1).map(Number);
    return (days || 0) * SECONDS.d + (hours ?? 0) * SECONDS.h + (minutes ?? 0) * 60 + (seconds ?? 0);
  }
  const parts = [
    ...given.matchAll(
      /(\d{1,7}(?:\.\d{1,9})?)\s*(days?|d|hours?|h|minutes?|min|m|seconds?|secs?|s)(?![a-z])\s*/gi,
    ),
  ];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== given) return null;
  const sum = parts.reduce((total, [, count, unit = 's']) => {
    const of = unit.charAt(0).toLowerCase() as keyof typeof SECONDS;
    return total + Number(count) * SECONDS[of];
  }, 0);
  return Math.floor(sum);
}
