/** Shorter texts may come up by chance. */
const LEAST = 20;

/** A secret that a text repeats: as it is, or of a JWT its signature, which is as good to whoever knows the rest. */
export function findEcho(secrets: readonly string[], text: string): string | undefined {
  return secrets
    .flatMap((secret) => [
      secret,
      ...(secret.split('.').length === 3 ? [secret.split('.')[2]] : []),
    ])
    .find((part) => part !== undefined && part.length >= LEAST && text.includes(part));
}
