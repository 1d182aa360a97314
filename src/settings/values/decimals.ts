/** Floats in decimal digits, rounded as Python rounds: exactly, halves to even. */

interface Ratio {
  readonly top: bigint;
  readonly bottom: bigint;
}

const view = new DataView(new ArrayBuffer(8));

/** The exact value of a finite float that is not negative. */
export function ratioOf(v: number): Ratio {
  view.setFloat64(0, v);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const power = (exponent === 0 ? 1 : exponent) - 1075;
  return power >= 0 ? { top: mantissa << BigInt(power), bottom: 1n } : { top: mantissa, bottom: 1n << BigInt(-power) };
}

/** top / bottom to the nearest integer, halves to even. */
export function roundRatio(top: bigint, bottom: bigint): bigint {
  const whole = top / bottom;
  const twice = (top % bottom) * 2n;
  return twice > bottom || (twice === bottom && whole % 2n === 1n) ? whole + 1n : whole;
}

/** The digits of a float with a fixed number of decimals; the sign is the caller's. */
export function fixedDigits(v: number, decimals: number): string {
  const { top, bottom } = ratioOf(Math.abs(v));
  const digits = String(roundRatio(top * 10n ** BigInt(decimals), bottom)).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The significant digits of a float and the power of ten of the first. */
export function scientificDigits(v: number, decimals: number): { readonly digits: string; readonly power: number } {
  if (v === 0) return { digits: '0'.repeat(decimals + 1), power: 0 };
  const { top, bottom } = ratioOf(Math.abs(v));
  let power = Math.floor(Math.log10(Math.abs(v)));
  for (;;) {
    const shift = decimals - power;
    const scaled = shift >= 0 ? roundRatio(top * 10n ** BigInt(shift), bottom) : roundRatio(top, bottom * 10n ** BigInt(-shift));
    const digits = String(scaled);
    if (digits.length === decimals + 1) return { digits, power };
    power += digits.length > decimals + 1 ? 1 : -1;
  }
}

export function exponentText(power: number): string {
  return `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

export function scientificText(v: number, decimals: number): string {
  const { digits, power } = scientificDigits(v, decimals);
  return `${digits[0]}${decimals === 0 ? '' : `.${digits.slice(1)}`}${exponentText(power)}`;
}

/** `%g`: fixed or scientific, whichever is shorter, without trailing zeros unless they are kept. */
export function generalText(v: number, precision: number, keepZeros: boolean): string {
  const p = precision === 0 ? 1 : precision;
  const { digits, power } = scientificDigits(v, p - 1);
  const trimmed = (text: string) => (keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (power >= -4 && power < p) return trimmed(fixedDigits(v, p - 1 - power));
  const mantissa = trimmed(p === 1 ? (digits[0] ?? '') : `${digits[0]}.${digits.slice(1)}`);
  return mantissa + exponentText(power);
}

/** round(v, places) of a float. */
export function roundedFloat(v: number, places: number): number {
  if (!Number.isFinite(v) || v === 0 || places > 300) return v;
  if (places < -300) return 0 * v;
  if (places >= 0) return Number(fixedDigits(v, places)) * (v < 0 ? -1 : 1);
  const { top, bottom } = ratioOf(Math.abs(v));
  const unit = 10n ** BigInt(-places);
  return Number(roundRatio(top, bottom * unit) * unit) * (v < 0 ? -1 : 1);
}
