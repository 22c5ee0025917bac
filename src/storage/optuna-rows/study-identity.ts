import { type StudyRef, TOKEN_KEY, tokenOf } from '../study-ref.ts';
import { LenientReading } from './unreadable.ts';

/** The name and the token that identify the study of a row. */
export interface StudyIdentity {
  readonly name: string;
  /** The token as JSON; null for a study without one. */
  readonly tokenJson: string | null;
}

/** Whether the study of a row is this one, and not a later one with its id. */
export function isIdentityOf({ name, token }: StudyRef, identity: StudyIdentity): boolean {
  if (token === undefined) return identity.name === name;
  return identity.tokenJson === JSON.stringify(token) || tokenIn(identity.tokenJson) === token;
}

/** The token in an attribute, in any spelling of its JSON. */
function tokenIn(json: string | null): string | undefined {
  return typeof json === 'string' ? tokenOf(new LenientReading().attributes([[TOKEN_KEY, json]])) : undefined;
}
