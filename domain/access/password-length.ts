/**
 * In characters. NIST SP 800-63B-4 (3.1.1.2) asks for 15 where a password stands alone and 8 beside a second factor; a password
 * stays when a factor goes, so everybody here gets 15.
 */
export const PASSWORD_LENGTH_MIN = 15;
