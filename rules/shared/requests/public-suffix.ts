/** Suffixes below which anybody can get a name. A short list of well-known ones: what is not in it counts as somebody's own. */

const PLATFORMS: ReadonlySet<string> = new Set([
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'vercel.app',
  'netlify.app',
  'onrender.com',
  'fly.dev',
  'railway.app',
  'up.railway.app',
  'pages.dev',
  'workers.dev',
  'azurewebsites.net',
  'azurestaticapps.net',
  'cloudfront.net',
  'amazonaws.com',
  'elasticbeanstalk.com',
  'appspot.com',
  'web.app',
  'firebaseapp.com',
  'run.app',
  'pythonanywhere.com',
  'replit.dev',
  'replit.app',
  'repl.co',
  'glitch.me',
  'surge.sh',
  'koyeb.app',
  'ondigitalocean.app',
  'streamlit.app',
  'blogspot.com',
]);

const TUNNELS: ReadonlySet<string> = new Set([
  'ngrok.io',
  'ngrok.app',
  'ngrok.dev',
  'ngrok-free.app',
  'ngrok-free.dev',
  'trycloudflare.com',
  'loca.lt',
  'lhr.life',
  'serveo.net',
  'gitpod.io',
  'github.dev',
  'app.github.dev',
  'githubpreview.dev',
]);

/** Endings that everybody may register in; all endings of two letters belong to countries. */
const ENDINGS =
  /^([a-z]{2}|com|net|org|info|biz|name|pro|app|dev|page|web|xyz|site|online|store|shop|tech|cloud|live|life|world|today|news|blog|art|club|design|digital|agency|company|email|group|media|network|solutions|systems|team|tools|work|works|space|website|academy|center|community|education|foundation|health|studio|software|services|social|support|technology|university)$/;
const SECOND_LEVEL =
  /^((co|org|me|ltd|plc|net|sch|ac|gov)\.uk|(com|net|org|edu|gov)\.(ar|au|br|cn|co|eg|hk|mx|my|ng|pe|ph|pk|pl|sa|sg|tr|tw|ua|uy|ve|vn)|(co|net|org|ac|gen|firm|ind)\.in|(co|ne|or|go|ac)\.jp|(co|or|go|ac)\.kr|(co|net|org|ac|govt)\.nz|(co|org|net|gov)\.za|(co|org|net|ac)\.il|(co|or|ac|web|go|my)\.id|(co|or|go|ac|in)\.th)$/;

/** Who can have a name below a suffix: everybody who registers one, customers of a platform, users of a tunnel; null when it is not known. */
export function whoMayJoin(suffix: string): 'registrants' | 'customers' | 'tunnels' | null {
  const name = suffix.toLowerCase();
  if (TUNNELS.has(name)) return 'tunnels';
  if (PLATFORMS.has(name)) return 'customers';
  return ENDINGS.test(name) || SECOND_LEVEL.test(name) ? 'registrants' : null;
}
