import { test as base, type Page } from '@playwright/test';
import { type Access, isOfFirstMsp, readAccess, type User } from './running-system';
import { signedInContext } from './sign-in';

/** A browser page in which a person of the first MSP is signed in, and what the running system lets in. */
interface Fixtures {
  readonly access: Access;
  readonly pageOf: (role: User['role'], options?: PageOptions) => Promise<Page>;
}

interface PageOptions {
  readonly isOtherMsp?: boolean;
  /** Somebody who sees some clients only. */
  readonly isLimited?: boolean;
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

export const test = base.extend<Fixtures>({
  // Playwright asks for an object pattern, though nothing of it is needed.
  // oxlint-disable-next-line no-empty-pattern
  access: async ({}, use) => use(readAccess()),
  pageOf: async ({ browser, access }, use) => {
    const opened: Page[] = [];
    await use(async (role, options = {}) => {
      const { isOtherMsp = false, isLimited = false, width = 1440, colorScheme = 'light' } = options;
      const user = access.users.find(
        (each) =>
          each.role === role &&
          isOfFirstMsp(access, each) !== isOtherMsp &&
          (each.clientNames !== null) === isLimited,
      );
      if (!user) throw new Error(`demo:access lists no ${role}`);
      const signedIn = await signedInContext(access.webUrl, user);
      const context = await browser.newContext({
        storageState: await signedIn.storageState(),
        viewport: { width, height: 900 },
        colorScheme,
        baseURL: access.webUrl,
      });
      await signedIn.dispose();
      const page = await context.newPage();
      opened.push(page);
      return page;
    });
    await Promise.all(opened.map((page) => page.context().close()));
  },
});

export { expect } from '@playwright/test';
