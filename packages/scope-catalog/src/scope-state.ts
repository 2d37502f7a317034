import type { CompiledScope } from './compiled-catalog.ts';

/** Where a scope is in its life: it can be asked for while active or deprecated, and never again once retired. */
export type ScopeState = 'active' | 'deprecated' | 'retired';

/** Where a scope is in its life at one moment; sunset comes first, so retired is final. */
export function scopeState(scope: CompiledScope, now: number): ScopeState {
  if (scope.retiredFrom !== undefined && now >= scope.retiredFrom) return 'retired';
  return scope.deprecatedFrom !== undefined && now >= scope.deprecatedFrom
    ? 'deprecated'
    : 'active';
}
