/**
 * Before anything else runs in the browser: Zod must not try whether it may make functions of texts, which the Content-Security-Policy forbids and
 * every browser reports.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
