import { isTrivial, looksReal } from './secret-value.ts';

/** Passwords in the user part of a URL, found without being kept: only their place and what they are like is told. */
export interface UrlPassword {
  /** Offset of the URL in the text. */
  readonly start: number;
  readonly end: number;
  readonly scheme: string;
  readonly host: string;
  /** The first password that anybody tries, the user's own name included. */
  readonly trivial: boolean;
}

const URL = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,30}):\/\/([^\s"'`<>:@/${}]{0,200}):([^\s"'`<>@/]{1,500})@([\w.-]+)/gi;

/** Every URL of a text whose password is written out: no reference, no placeholder. */
export function urlPasswords(text: string): readonly UrlPassword[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(URL)].flatMap((match) => {
    const [whole, scheme = '', user = '', password = '', host = ''] = match;
    const trivial = isTrivial(password) || (password === user && password !== '');
    if (/[${}%]|^\*|^x+$/i.test(password.replace(/%[0-9a-f]{2}/gi, '')) || (!trivial && !looksReal(password))) return [];
    return [{ start: match.index, end: match.index + whole.length, scheme: scheme.toLowerCase(), host, trivial }];
  });
}

/** Addresses that lead nowhere outside the machine, or that documentation uses. */
export function isNowhere(host: string): boolean {
  return /^(localhost|127\.[\d.]+|0\.0\.0\.0|host\.docker\.internal|example\.(com|org|net)|.*\.(example|test|invalid|local|localhost)|.*\.example\.(com|org|net)|host(name)?|server|your[\w.-]*|x+)$/i.test(
    host,
  );
}
