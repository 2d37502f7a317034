/** Types of the oidc-provider modules that library-seam.ts reaches into; the package publishes none for them. */

declare module 'oidc-provider/lib/actions/introspection.js' {
  const steps: ((ctx: never, next: () => Promise<void>) => unknown)[];
  export default steps;
}

declare module 'oidc-provider/lib/actions/revocation.js' {
  const steps: ((ctx: never, next: () => Promise<void>) => unknown)[];
  export default steps;
}

declare module 'oidc-provider/lib/actions/token.js' {
  const steps: ((ctx: never, next: () => Promise<void>) => unknown)[];
  export default steps;
}
