/** The steps of an endpoint, of which library-seam.ts takes one out; the package publishes no types for them. */
declare module 'oidc-provider/lib/actions/*.js' {
  const steps: ((ctx: never, next: () => Promise<void>) => unknown)[];
  export default steps;
}
