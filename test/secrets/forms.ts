/** A text in base64, wherever in a longer one it begins: what is the same whatever stands around it. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + secret).toString('base64');
    const whole = encoded.replace(/=+$/, '');
    return whole.slice(Math.ceil((before * 4) / 3), whole.length - 2);
  });
}

const hexOf = (secret: string): string => Buffer.from(secret).toString('hex');

/** A secret as it is, and as somebody may have written it: in base64, in hex, or escaped for a URL. */
export function formsOf(secret: string): readonly string[] {
  const escaped = hexOf(secret).replaceAll(/../g, '%$&');
  const base64 = inBase64(secret);
  return [
    ...new Set([
      secret,
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      hexOf(secret),
      hexOf(secret).toUpperCase(),
      encodeURIComponent(secret),
      escaped,
      escaped.toUpperCase(),
      JSON.stringify(secret).slice(1, -1),
    ]),
  ];
}
