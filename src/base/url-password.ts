/** Matches a URL of a server up to its user, and its password: up to the last @, since it may hold others. */
const BEHIND_USER = /^((?!sqlite:)[a-z][a-z0-9+.-]+:\/\/[^:@]*):.+(?=@)/is;

/** Matches a URL of a server up to a parameter that is a password, and that parameter. */
const IN_QUERY = /^((?!sqlite:)[a-z][a-z0-9+.-]+:\/\/.*?)[?&](?:ssl)?password=[^&]*/is;

/** Whether the URL of a server holds a password, be it a good URL or not. */
export function hasPassword(url: string): boolean {
  return BEHIND_USER.test(url) || IN_QUERY.test(url);
}

/** The URL without a password, unchanged where it has none. */
export function withoutPassword(url: string): string {
  const [start = '', ...others] = url.replace(BEHIND_USER, '$1').split(/[?&]/);
  if (!hasPassword(url)) return url;
  const query = others.filter((parameter) => !/^(?:ssl)?password=/i.test(parameter));
  return query.length === 0 ? start : `${start}?${query.join('&')}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of this process for the code of trials, which opens no storage: the URL in HPO_STORAGE is without its
 * password. All other variables are the user's own, PGPASSWORD among them, and stay.
 */
export function trialEnvironment(env: Environment = process.env): Environment {
  const { HPO_STORAGE } = env;
  return HPO_STORAGE === undefined ? env : { ...env, HPO_STORAGE: withoutPassword(HPO_STORAGE) };
}
