// Has the load client run inside the sandbox, and measures the processes outside of it between its marks, for the client
// sees none of them from in there:   node openshell-client.js RUN PROXY_PIDS UPSTREAM_PIDS load ARGUMENT...
const fs = require('fs'), os = require('os'), { execFileSync } = require('child_process');
const [run, proxy, upstream, ...command] = process.argv.slice(2);
const TICKS = +execFileSync('getconf', ['CLK_TCK']), PAGE_KIB = +execFileSync('getconf', ['PAGESIZE']) / 1024, LIMIT_MS = 25000;
const read = f => { try { return fs.readFileSync(f, 'utf8'); } catch { return ''; } };
const sum = (pids, value) => pids.split(',').filter(Boolean).reduce((total, pid) => total + value(pid), 0);
const cpu = pids => sum(pids, pid => { const f = read(`/proc/${pid}/stat`).split(') ').pop().split(' '); return f.length > 12 ? (+f[11] + +f[12]) / TICKS : 0; });
const rss = pids => sum(pids, pid => (+read(`/proc/${pid}/statm`).split(' ')[1] || 0) * PAGE_KIB);
const before = rss(proxy); let begin, end, peak = 0, sampler;
const sample = () => { peak = Math.max(peak, rss(proxy)); };
function line(text) {
  if (text === '@begin') { begin = [cpu(proxy), cpu(upstream)]; sample(); sampler = setInterval(sample, 250); }
  else if (text === '@end') { end = [cpu(proxy), cpu(upstream)]; sample(); clearInterval(sampler); }
  else if (text.startsWith('{') && end) {
    const r = JSON.parse(text); r.cpu_proxy = end[0] - begin[0]; r.cpu_upstream = end[1] - begin[1]; r.rss0_kib = before; r.rss_kib = peak;
    r.others_pct = Math.max(0, r.others_pct - 100 * (r.cpu_proxy + r.cpu_upstream) / (os.cpus().length * r.secs));
    console.log(JSON.stringify(r)); process.exit(0);
  } else { console.log(text); process.exit(1); }
}
let pending = '';
fs.createReadStream(`${run}/out`, { flags: 'r+' }).on('data', data => { pending += data; let at; while ((at = pending.indexOf('\n')) >= 0) { const text = pending.slice(0, at); pending = pending.slice(at + 1); line(text); } });
fs.appendFileSync(`${run}/in`, command.join(' ') + '\n');
setTimeout(() => { console.log('no answer from inside the sandbox'); process.exit(1); }, LIMIT_MS);
