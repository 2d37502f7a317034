export * from './compiled-catalog.ts';
export * from './document.ts';
export * from './finding.ts';
export * from './principal.ts';
export * from './result.ts';
export * from './decisions/issuance.ts';
