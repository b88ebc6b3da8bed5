/** What a page does by itself: the switch between light and dark, and words beside the marks of a plot. */

/** Runs in the reader's browser; the page works without it. */
export const BEHAVIOUR = `
(()=>{
const root=document.documentElement,key='connector-theme',button=document.getElementById('theme');
const store=(value)=>{try{return value===undefined?localStorage.getItem(key):localStorage.setItem(key,value)}catch{return null}};
const isDark=()=>(root.dataset.theme??(matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'))==='dark';
const label=()=>{button.textContent=isDark()?'Light':'Dark'};
const saved=store();if(saved==='dark'||saved==='light')root.dataset.theme=saved;
label();button.hidden=false;
button.addEventListener('click',()=>{root.dataset.theme=isDark()?'light':'dark';store(root.dataset.theme);label()});
const tip=document.getElementById('tip');
const show=(mark)=>{const box=mark.getBoundingClientRect();tip.textContent=mark.dataset.tip;tip.hidden=false;
const left=Math.min(Math.max(8,box.left+box.width/2-tip.offsetWidth/2),innerWidth-tip.offsetWidth-8);
tip.style.left=left+'px';tip.style.top=(box.top-tip.offsetHeight-8<0?box.bottom+8:box.top-tip.offsetHeight-8)+'px'};
const hide=()=>{tip.hidden=true};
for(const figure of document.querySelectorAll('figure svg')){
const marks=[];
for(const title of figure.querySelectorAll('title')){const mark=title.parentNode;mark.dataset.tip=title.textContent;mark.setAttribute('aria-label',title.textContent);
mark.setAttribute('role',mark.closest('a')?'link':'img');mark.classList.add('mark');mark.closest('a')?.setAttribute('tabindex','-1');title.remove();marks.push(mark);
mark.addEventListener('pointerenter',()=>show(mark));mark.addEventListener('pointerleave',hide)}
if(!marks.length)continue;
figure.setAttribute('tabindex','0');let at=-1;
const move=(to)=>{marks[at]?.classList.remove('at');at=Math.max(0,Math.min(marks.length-1,to));marks[at].classList.add('at');show(marks[at])};
figure.addEventListener('keydown',(event)=>{const step={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1}[event.key];
if(step){event.preventDefault();move(at+step)}else if(event.key==='Home'){event.preventDefault();move(0)}else if(event.key==='End'){event.preventDefault();move(marks.length-1)}
else if(event.key==='Enter'){marks[at]?.closest('a')?.dispatchEvent(new MouseEvent('click',{bubbles:true}))}else if(event.key==='Escape')hide()});
figure.addEventListener('blur',()=>{marks[at]?.classList.remove('at');hide()})}
addEventListener('beforeprint',()=>{for(const one of document.querySelectorAll('details'))one.open=true});
})();
`.trim();
