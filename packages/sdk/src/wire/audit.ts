/** One record of the audit log, as far as a table shows it; the rest is passed on as it came. */
export interface WireAuditRecord {
  readonly id: number;
  readonly writer: number;
  readonly sequence: number;
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly time: string;
  readonly event: string;
  readonly decision: 'granted' | 'refused';
  readonly request_id: string;
  readonly trace_id?: string;
  readonly address?: string;
  readonly duration_micros?: number;
  readonly actor?: string;
  readonly client?: string;
  readonly target?: { readonly kind: string; readonly id: string };
  readonly granted_scopes?: readonly string[];
  readonly requested_scopes?: readonly string[];
  readonly reason?: string;
  readonly detail?: string;
  readonly jti?: string;
  readonly subject?: string;
  /** `jti` of the token that it was exchanged for. */
  readonly parent_jti?: string;
  /** Who acts on behalf of the subject, newest first. */
  readonly actors?: readonly string[];
  /** Where it stands for many refusals of strangers: how many, since when, and how often for which reason. */
  readonly counted?: {
    readonly refusals: number;
    readonly since: string;
    readonly reasons: Readonly<Record<string, number>>;
  };
}

/** A place in a chain of the log. */
export interface WirePlace {
  readonly sequence: number;
  readonly digest: string;
}

/** A signed checkpoint of the log. */
export interface WireCheckpoint {
  readonly number: number;
  readonly time: string;
  readonly chains: readonly (WirePlace & { readonly writer: number; readonly base?: WirePlace })[];
  /** The signed statement (compact JWS). */
  readonly checkpoint: string;
  /** The public key that verifies it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** How far a verification has come. */
export interface WireVerificationProgress {
  readonly step: 'progress';
  readonly checked: number;
  readonly total: number;
}

/** One thing that is wrong with the log. */
export interface WireLogFinding {
  readonly code: string;
  readonly message: string;
  readonly id?: number;
  readonly writer?: number;
  readonly sequence?: number;
  readonly checkpoint?: number;
  readonly kid?: string;
}

/** What a verification came to. */
export interface WireVerification {
  readonly step: 'done';
  readonly whole: boolean;
  readonly records: number;
  readonly chains: readonly {
    readonly writer: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly personal_erased: number;
  readonly checkpoints: {
    readonly count: number;
    readonly newest?: { readonly number: number; readonly time: string };
    /** What became of the checkpoints that were brought along, in their order. */
    readonly given: readonly {
      readonly number?: number;
      readonly held: 'whole' | 'broken' | 'dropped';
    }[];
  };
  readonly broken: number;
  /** The first broken record first. */
  readonly findings: readonly WireLogFinding[];
}

/** Whose personal fields to erase. */
export type PersonalMatch = { readonly address: string } | { readonly external_subject: string };
