"""Invented answers, some with planted identities and some without, for measuring what is found.

A planted item stands as `{kind|text}`. Nothing here belongs to anybody: telephone numbers are from
the range kept for fiction (555-0100 to 555-0199), e-mail and web addresses at the domains kept for
examples (RFC 2606), IP addresses from the ranges kept for documentation (RFC 5737, RFC 3849),
social insurance numbers begin with 0 and postal codes are not in use. All people are made up.
"""

import re
from dataclasses import dataclass

# What the export's columns of names and addresses are said to hold.
PEOPLE = [
    ("Amira", "Haddad"), ("Tomasz", "Wilkowski"), ("Hélène", "Gagné"), ("Grace", "May"),
    ("Jean-Luc", "Tremblette"), ("Priyanka", "Raman"), ("Li", "Ngo"), ("Mark", "Hopewell"),
    ("Oksana", "Petrenkova"), ("Siobhan", "O'Dallan"), ("Yusuf", "Al-Barouni"), ("Will", "Price"),
    ("zainab.farouqi@example.org",), ("d.kowalenko@example.org",),
]  # fmt: skip

PLANTED = """
Text me at {telephone|604-555-0142} if the line is busy
my cell is {telephone|(416) 555-0187}, families have it
Reach us on {telephone|+1 204 555 0116}
{telephone|6135550142} is the only phone we share
call {telephone|250.555.0133} and ask for the front desk
Work phone {telephone|306 555 0158}, personal {telephone|306 555 0159}
our toll free line {telephone|1-800-555-0199} is for everyone
{telephone|1 (902) 555-0121} ext is not monitored
leave a voicemail at {telephone|780-555-0104 ext. 22}
they dial {telephone|555-0123} and nobody picks up
local number is {telephone|555-0177}
call {telephone|555 0160} for rides
whatsapp us: {telephone|+1-647-555-0109}
You can text {telephone|506-555-0150}/{telephone|506-555-0151}
Vous pouvez me joindre au {telephone|514-555-0134}
mon cellulaire : {telephone|(418) 555-0117}
Tél. {telephone|819 555-0190}, poste fermé
Appelez le {telephone|1 450 555 0177}
reach me at {telephone|ext. 312} only
laissez un message au {telephone|poste 204}
phone:{telephone|867-555-0111}
Number in my home country {telephone|+44 20 7946 0958}
{telephone|709–555–0182} is my desk
the number {telephone|4 0 3 - 5 5 5 - 0 1 0 1} no longer works
fax {telephone|(306)555-0144}
write to {e-mail|ann.lee@example.org} for the form
{e-mail|apphelp@example.com} is our helpdesk
Send it to {e-mail|intake+surrey@mail.example.org}.
e-mail: {e-mail|MARIA_SANTOS@EXAMPLE.ORG}
contact {e-mail|o'hara@example.net}
{e-mail|f.noor @ example.org} works best
my address is {e-mail|f.noor (at) example.org}
{e-mail|jsmith[at]example[dot]com} to avoid spam
{e-mail|settlement at example dot org} for appointments
écrivez à {e-mail|accueil@exemple.example.ca}
mon courriel est {e-mail|m-c.roy@example.ca}
courriel {e-mail|luc arobase example.org}
(see {e-mail|youth-team@example.org}; or the office)
<{e-mail|director@example.org}>
ask {e-mail|k1234@example.edu} or the library
mailto:{e-mail|lee@example.org}
we got mails from {e-mail|no.reply@sub.sub2.example.com}, not from staff
Both {e-mail|a.b@example.org} and {e-mail|c.d@example.org} are mine
Our page {URL|https://www.example.org/newcomer-calendar} lists events
see {URL|www.example.org/toolkit}
{URL|http://example.com}
join the group {URL|https://chat.example.com/invite/AbC123xyz}
I post on {URL|facebook.example.com/ann.lee.604}
my profile {URL|linkedin.example.com/in/annlee}
form at {URL|https://forms.example.org/d/1x?usp=sharing&id=7#top}, please fill
(the guide: {URL|https://example.org/guide_(2018)})
notre site {URL|https://www.example.ca/nouveaux-arrivants} est en anglais
visitez {URL|example.ca} pour le calendrier
{URL|HTTPS://EXAMPLE.ORG/A}
video: {URL|https://video.example.com/watch?v=abc}
book on {URL|calendar.example.net/maria-santos}
{URL|example.org/~flee} has the slides
The office router is {IP address|203.0.113.9}
blocked because of my address {IP address|198.51.100.77}.
printer {IP address|192.0.2.14}, tablet {IP address|192.0.2.15}
server at {IP address|203.0.113.200}:8080
IT says {IP address|2001:db8::8a2e:370:7334} is us
our address {IP address|2001:db8:0:1:1:1:1:1}
notre adresse IP {IP address|198.51.100.4}
log shows [{IP address|192.0.2.200}]
came from {IP address|2001:DB8::1} twice
ip={IP address|203.0.113.55}
a client sent his SIN {SIN|046 454 286} by text
SIN: {SIN|012-345-674}
{SIN|025003112} was in the photo
her number {SIN|031 004 203}, I deleted it
NAS {SIN|040 007 650}
son NAS est le {SIN|055-512-305}
they texted {SIN|061200341} to us
SIN no. {SIN|077.009.819} on the form
numéro d'assurance sociale {SIN|080 422 165}
two cards: {SIN|090-909-094}, {SIN|033-557-794}
(sin {SIN|027182815})
we are at {postal code|X0Z 9Z9}
{postal code|X0Z9Z8} is our area
postal code {postal code|y9z 0z1}
Client lives near {postal code|T9Z-0Z2}
my area is {postal code|g9z9z3}.
code postal {postal code|J9Z 9Z4}
Our office, {postal code|R9Z 0Z5}, is far
{postal code|V9Z 9Z6}/{postal code|V9Z 9Z7} only
Halifax {postal code|B9Z 0Z8}
de {postal code|H9Z 0Z9} jusqu'au centre
we serve {postal code|N9Z 9Z0} and nothing else
S9Z is large, {postal code|S9Z 0Z3} is us
We moved to {street address|412 Imaginary Street}
come to {street address|1200-B Fiction Ave} on Tuesdays
The centre at {street address|77 North Invented Road} has wifi
{street address|5 Maplewhistle Crescent} is a shelter
we meet at {street address|2210 W. Nowhere Blvd.}
apt 4, {street address|98 Old Storybook Lane}
{street address|310 10th Avenue} is the new office
notre bureau, {street address|45, rue Saint-Inventé}
au {street address|1280 boulevard des Chimères}
{street address|9 chemin du Songe} est fermé
{street address|233 avenue Fictive} à Laval
office is on {street address|16 mockingham drive}
find me {handle|@ann_lee604}
I use {handle|@newcomer.helper} for posts
insta: {handle|maria_santos_bc}
my WeChat ID is {handle|fatima88}
Skype {handle|live.jsmith}
telegram {handle|@settle_worker} or text
suivez-moi {handle|@coach.emploi.mtl}
message {handle|@FNoor} on twitter
({handle|@tk_2018})
WeChat: {handle|yusuf1990xian}
facebook messenger id: {handle|helen.worker}
snapchat {handle|lee_the_coach9}
My handle {handle|@amal} is public
line id: {handle|tomo_77}
{handle|@riverside_youth}, {handle|@riverside_jobs}
Ask {name|Amira} in reception
{name|amira haddad} knows how it works
{name|Tomasz Wilkowski} set up the group
only {name|tomasz} has the password
{name|Hélène Gagné} nous aide
c'est {name|helene} qui répond aux textos
our manager is {name|Grace May}
I report to {name|May, Grace}
{name|Jean-Luc} a le téléphone
{name|TREMBLETTE} est le superviseur
{name|Priyanka} and {name|Oksana} share one phone
{name|Priyanka}'s phone is always on
as {name|Petrenkova} wrote in the memo
I work with {name|Li Ngo} every day
{name|Mark Hopewell} wrote our policy
{name|Siobhan} texts clients in Irish
see S. {name|O'Dallan}
{name|Yusuf Al-Barouni} translates
{name|al-barouni} translates well
tell {name|Will Price} about it
{name|zainab} has 40 clients
{name|Kowalenko} left in 2017
{name|Oksana Petrenkova} et {name|Hélène} sont parties
Happy to help. {signature|– Ann Lee, program coordinator}
Regards, {signature|J. Smith}
my name is {signature|Fatima Noor}
call {signature|Maria} at {telephone|ext. 12}
Best regards,
{signature|Rosa Delmonte}
Thanks! {signature|Maria Santos, settlement worker}
Thank you, {signature|Devon}
My name is {signature|paulo} and i work with youth
Mrs. {signature|Khanna} never texts
Dr. {signature|Okonjo-Bell} asked for it
please ask for {signature|Benedikta}
my supervisor {signature|Carlota} refused
I'm {signature|Ngozi Adeyemo}, call any time
a client named {signature|Farzana} told me
this is {signature|Svetlana} from the youth program
{signature|Ruth Abernathy, executive director}, approved it
contact: {signature|Olumide Bankole}
Je m'appelle {signature|Rosalie Dubuc}
mon nom est {signature|jean-guy lafleche}
Cordialement, {signature|Mireille Gauvreau}
Merci, {signature|Anouk}
Demandez {signature|Thérèse} à la réception
contactez {signature|Ibrahima} au {telephone|poste 31}
Mme {signature|Beausoleil-Roy} a dit non
notre directrice {signature|Odile Lavertu} est d'accord
{signature|Wei Zhang, coordonnatrice du programme}
It works well - {signature|Peter Vandermeer}
-- {signature|K. Oduya}
you should talk to {signature|Henrietta} about this
our ED {signature|Marguerite Sloan} decided
sincerely {signature|Bao Tran}
I asked {signature|Gertrude} and she said no
text {signature|Anneliese} on her own phone
une cliente nommée {signature|Soraya} m'a écrit
{signature|Farid}, my colleague, does it all
signed: {signature|Q. Hartnell}
"""

INNOCENT = """
Mark the date in your calendar
There is a grace period of 30 days
We use WhatsApp 24/7
call 211 for services
Room 204 is where the class meets
see page 12
pages 204-219 of the handbook
We served 604 clients in 2018
2018-2019 was a busy year
from 2016 to 2018 we had no phones
It may help, but it will take time
I hope they will text more
Will clients pay for the data?
Price is the main barrier
a mark of respect
In May and June we are closed
Open Monday to Friday, 9:00-17:00
9am - 5pm, closed 12:00 to 1:00
10:30:45 was the time stamp
about 1,200 newcomers a year
$1,250.00 per month for 25 phones
the budget is $12 345 678
1-2-3, it is that easy
1-5 employees
we are 51+ staff
LINC levels 1-4 and 5-8
CLB 4 and CLB 5 classes
Version 10.0.2 of the app crashed
iOS 11.4.1 is too old
Windows 10 and Office 365 only
ratio of 1:40
3 out of 4 clients
50/50
call 911 in an emergency
dial 8-1-1 for health advice
311 is not helpful
form IMM 5444 takes hours
IMM 1294 and IMM 5257
bill C-24 changed it
section 4.2.1 of the policy
Ask for help when needed
ask for Google Translate
Contact information should be updated
contact us by phone
Thanks for the survey!
Thank you Canada
Thanks, everyone
thank you for asking, we need this
Best practices would help
Regards to privacy, we have no policy
Best app is WhatsApp
My name is on the list of coordinators
my name is not shared with clients
I am Canadian
I am a settlement worker
I am New Canadian
I'm Syrian and I understand them
I am working with British Columbia agencies
this is important for clients
This is Canada
clients @ our office have no data
we meet @ 3 pm
meet @home or @work
email @ work only
@ the library
# 1 reason
text, call, email
yes - no - maybe
- Google Translate
- WhatsApp
- Family Reunification
we use one tool – Google Translate
British Columbia, Nova Scotia and Prince Edward Island
Settlement Workers in Schools
Language Instruction for Newcomers to Canada
program coordinators, managers and directors decide
In Surrey, program coordinators decide
At our agency, a settlement worker answers
the manager, not the worker, decides
a client called WhatsApp support
an app called Viber
a tool named Slack
worker called in sick
my supervisor said no
our manager Is aware
our director Wants a policy first
my Manager and I disagree
Settlement Online Pre-Arrival is a program
Microsoft Teams and Zoom are blocked
Mr and Mrs are not used in texts
Ms Word templates
MS Office is installed
dr appointment reminders
reminders for doctors and dentists
Grace periods and hope matter
Faith groups help us
We will mark it and grace will follow
Hope for the best
May we text clients?
June is the busiest month
Rose from 10 to 40 clients
the bill was high
frank talks with clients
art class texts
rich media messages
price of data plans
a will and a way
people in Regina and Victoria prefer calls
the Victoria office has no phones
Jordan and Georgia were the countries
clients from Israel, India and Chad
Surrey, Burnaby and New Westminster
1 800 clients a year
2 in 10 answer
10 000 messages were sent in 2017 2018
5 Main reasons
12 Great ideas on the way
3 Good ways to do it
100 Days in Court was a workshop
24 Hour Drive for donations
5 rue? no idea
grades 4 to 12
H1N1 posters
B2B is not for us
A1C and B2 levels
C1D2E3 is a course code for nothing
level B1 to C2
Covers K-12 students
4G or 5G networks
20 GB of data
RC4210 guide
T4A slips
order 987 654 321 is late
75% text, 25% call
50-60 texts a day
between 300-4000 messages
we have 250-3000 contacts
e.g. text messages, i.e. SMS
etc. and so on
and/or
he/she/they
N/A
n.a.
none
Je suis conseillère en emploi
Je suis Canadien
Merci pour le sondage
Merci beaucoup
merci à tous
Bonjour et merci
le 15 mai 2018
de 9 h à 17 h
les clients du Québec et de l'Ontario
la rue est loin du centre
3 places libres
notre directrice dit non
demandez à la réception
demandez de l'aide
appelez avant de venir
ici on parle français
c'est important pour les nouveaux arrivants
un poste à temps plein
poste de 35 heures
2 chemins possibles
extension of 12 months
a 3 month extension 24 months at most
the local library
signed consent forms are needed
name, address and phone number are asked for
Contact, trust, speed
phone, tablet and laptop
instagram is popular
Instagram and Facebook are blocked
facebook account needed
skype is free
telegram groups
line ups at the office
twitter.
Teachers text parents. Parents answer
Follow-up is easier. Texting helps
No. Never. Not allowed
OK.
Great idea!Thanks
"""

# Written when the rules above were finished, and not used to change them since.
PLANTED_LATER = """
our outreach worker gives {telephone|587-555-0163} to everyone
i only text from {telephone|(587) 555 0170}
{telephone|1.604.555.0125} after hours
Cell: {telephone|6045550119}. Office: {telephone|604-555-0100}
moms group text {telephone|236 555 0148}
composez le {telephone|438-555-0188} poste 3
our number ends there, {telephone|555.0142}
please email {e-mail|rana.k@example.org} not me
{e-mail|newcomers2018@example.ca} is shared by four staff
email me: {e-mail|t_okafor@example.net}!
courriel: {e-mail|programmes@example.org}
{e-mail|hsingh@example.com/lkaur@example.com}
we use {URL|www.example.com/text-line} to sign up
Link: {URL|https://t.example.net/abc}
{URL|newcomerhub.example.org} is on our cards
see {URL|http://example.ca/fr/accueil.html#top}
logged in from {IP address|192.0.2.131}
the firewall drops {IP address|2001:db8:85a3::8a2e:370:7334}
my sin is {SIN|010 002 004}
SIN#{SIN|060606068} came by whatsapp
clients from {postal code|L9Z 0Z6} cannot come
{postal code|e9z9z1} Moncton area
drop in: {street address|1450 Pretend St}, side door
we rent at {street address|88 West Madeup Ave.}
rendez-vous au {street address|12 rue de la Fable}
{street address|301 Fictional Pkwy}
tag us {handle|@hopeHarbour_ns}
my insta {handle|omar_the_helper}
twitter {handle|@NS_newcomer1}
{name|Oksana} told me to say yes
I am covering for {name|Wilkowski} until june
{name|Gagné} gère les textos
ask {name|YUSUF}
{name|Zainab Farouqi} did the training
{name|Haddad, Amira} is our contact
{name|grace may} approved the phones
Thanks so much, {signature|Philippa}
{signature|Noura El-Masri}, youth program assistant, wrote this
My coworker {signature|Dmitri} translates
Mr {signature|Papadakis} refuses to text
I'm {signature|Helga Stromberg} from the language school
hi this is {signature|Tendai} calling for the group
Best, {signature|L. Moreau}
Call {signature|Jocelyn} at {telephone|506 555-0166}
{signature|Imelda} in our front office handles texts
you can quote me, {signature|Roderick Pine}
Je suis {signature|Capucine Marchand}, intervenante
Merci! {signature|Jocelyne D.}, agente d'accueil
M. {signature|Robitaille} ne veut pas de cellulaires
signé {signature|Gaspard}
my boss, {signature|Thandiwe}, said maybe
I talk to {signature|Pavel} every week about it
"""

INNOCENT_LATER = """
Yes, but only with consent
It depends on the client and the day
About 30% of them, maybe 35
We have 3 phones for 12 workers
Since 2015
2 or 3 times a week
The 2017-18 fiscal year
Group texts to 25+ people
Clients with no English
Arabic, Dari, Tigrinya and French
They text at 11 pm on Saturday
Call first, then text
I call clients at home
We text parents at 8:30
Ask your supervisor first
ask the Settlement Worker
Our IT Department blocks it
Head Office in Toronto decides
Our program is funded by IRCC and BC
Calgary, Edmonton and Red Deer
Winter Clothing Drive
Black History Month
Canada Day on July 1
Syrian families arriving in 2015 and 2016
Facebook Messenger, WhatsApp, Viber
Snapchat is for youth
The Client said no
Not applicable
Privacy Act
PIPEDA and FOIPPA
Freedom of Information
100% agree
Number of messages: 4500 to 6000
our 5-year plan
Phase 2 starts in 04/2019
ISO 27001
Form 5406
Level 3, 4 and 5
12-18 year olds
$500-$1000 a month
Thank you very much
Thanks for asking
Regards
Merci pour votre travail
Oui, beaucoup
Non
Les clients préfèrent WhatsApp
On utilise Facebook et Messenger
Le Centre est fermé le lundi
Nous avons 12 employés
my colleague in Surrey
My manager, Director and CEO all agree
our volunteers, Board and staff
client, friend or family
This is Our policy
This is from the manual
I am Worried about privacy
I am Not sure
Text - Call - Visit
more info on the website
"""

_ITEM = re.compile(r"\{([^|{}]+)\|([^{}]+)\}")


@dataclass(frozen=True)
class Planted:
    """An answer, and of each planted item its kind and place."""

    text: str
    items: tuple


def planted(texts=PLANTED):
    """The answers with planted identities."""
    # A sign-off may stand on the line before the name.
    lines = texts.strip().replace("regards,\n", "regards,\x00").split("\n")
    return [_parsed(line.replace("\x00", "\n")) for line in lines]


def innocent(texts=INNOCENT):
    """The answers without any identity."""
    return texts.strip().split("\n")


def _parsed(line):
    text, items, last = "", [], 0
    for match in _ITEM.finditer(line):
        text += line[last : match.start()]
        items.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        last = match.end()
    return Planted(text + line[last:], tuple(items))
