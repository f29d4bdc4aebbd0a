"""Answers with and without identities, in two halves: one to make rules with, one to measure them.

Each form is a few frames and a few values; every frame of a half is filled with every value of the
same half. Where a value has words that are no identity themselves, as in "born |12 March 1985", a
bar divides them. Which half a frame or a value falls into follows from its own letters alone, so
that no frame and no value stands in both. The sentences without identities are divided likewise,
and those that are made of a frame by the frame.

All of it was written before the rules were extended, by whoever extended them: it is a fairer
measure than sentences made to fit, and no substitute for answers that others wrote. Nothing here
belongs to anybody: numbers are kept for fiction, or are the library phonenumbers' own examples;
addresses are at the domains kept for examples (RFC 2606) or have a form that their provider does
not give out; cards are the test numbers of the payment networks.
"""

import hashlib
from dataclasses import dataclass

from planted_identities import Planted, planted

TUNING, HELD_OUT = "tuning", "held out"


@dataclass(frozen=True)
class Form:
    """One way of writing what names or reaches a person."""

    name: str
    frames: tuple
    values: tuple


def _lines(text):
    return tuple(line for line in text.strip().split("\n") if line)


def _form(name, values, frames=""):
    return Form(name, _lines(frames) or _ANYWHERE, _lines(values))


_ANYWHERE = _lines("""
you can reach me at {} most days
{}
I gave them {} and nobody wrote back
Clients get {} from reception
please use {}, the other one is old
Mine is {}. It is on for emergencies.
for home visits we share {} with families
on écrit à {} quand c'est urgent
Voici mes coordonnées : {}
(see {})
{} - that is how they find us
she said "{}" and hung up
""")
_CALLING = _lines("""
call {} before noon
my number is {}
whatsapp {} works when the office is closed
phone: {}
they text me on {} at night
cell {}, no voicemail
appelez le {} en cas d'urgence
mon numéro est le {}
""")

FORMS = (
    _form(
        "telephone, North American",
        """
604-555-0143
(416) 555-0188
+1 204 555 0117
6135550149
250.555.0136
1-800-555-0155
306 555 0151
1 (902) 555-0126
780-555-0107 ext. 31
+1-647-555-0103
(555) 555-0142
867 - 555 - 0119
""",
    ),
    _form(
        "telephone, local",
        """
555-0124
555-0178
555 0161
555.0139
""",
        "\n".join(_CALLING),
    ),
    _form(
        "telephone, other countries with +",
        """
+963 944 567 890
+86 131 2345 6789
+91 81234 56789
+98-912-345-6789
+63 905 123 4567
+380501234567
+234 (0) 802 123 4567
+92 301 2345678
+251 91 123 4567
(+33) 1 99 00 12 34
+49/30/23125123
+61 2 5550 0123
+44 7700 900123
+291 7 123 456
""",
    ),
    _form(
        "telephone, other countries with 00 or 011",
        """
00963 944 567 890
0086 131 2345 6789
00 91 81234 56789
0098-912-345-6789
011 63 905 123 4567
00380501234567
011-234-802-123-4567
0033 1 99 00 12 34
""",
    ),
    _form(
        "telephone, other countries without code",
        """
0944 567 890
0802 123 4567
01 99 00 12 35
0301 2345678
020 7946 0959
0912 345 6789
963944567890
2348021234567
""",
        "\n".join(_CALLING),
    ),
    _form(
        "telephone, in words",
        """
six oh four five five five oh one four two
nine zero two, five five five, zero one two one
cinq un quatre cinq cinq cinq zéro un
four one six 555 oh one eight seven
""",
    ),
    _form(
        "numbers in other digits",
        """
٦٠٤-٥٥٥-٠١٤٣
۶۰۴ ۵۵۵ ۰۱۴۴
６０４－５５５－０１４５
६०४-५५५-०१४६
+٩٦٣ ٩٤٤ ٥٦٧ ٨٩٠
০৪৬ ৪৫৪ ২৮৬
٠٤٦ ٤٥٤ ٢٨٦
（４１６）５５５－０１８８
𝟨𝟢𝟦-𝟧𝟧𝟧-𝟢𝟣𝟦𝟩
604\u2011555\u20110148
\u202a+1 604 555 0149\u202c
""",
    ),
    _form(
        "e-mail",
        """
m.lee@example.org
TOM_WILSON@EXAMPLE.NET
intake+burnaby@mail.example.com
o'brien@example.org
front-desk@example.ca
k99@sub.example.edu
""",
    ),
    _form(
        "e-mail, obfuscated",
        """
m.lee (at) example.org
tomw[at]example[dot]net
settle at example dot org
nadia(a)example.org
hr_desk AT example DOT com
luc arobase example point org
nora＠example.org
tim＠example．com
joe@example dot org
anna [at] example . org
ann.lee at example.org
ben<at>example<dot>net
olga{at}example.com
pia-at-example-dot-org
ann dot lee at example dot org
nobody_at_all at gmail.com
no_one_here @ gmail
jill\u200b@example.org
ray @example.org
kim*at*example*dot*com
""",
    ),
    _form(
        "web address",
        """
https://www.example.org/newcomers
www.example.net/a_lee
example.ca/contact
HTTP://EXAMPLE.COM/team#ann
https://chat.example.com/invite/Zz9
example.org
""",
    ),
    _form(
        "short link or profile without scheme",
        """
bit.ly/no-such-0142
wa.me/16045550142
t.me/no_such_worker
linkedin.com/in/ann-lee-example
goo.gl/forms/NoSuch0142
youtu.be/NoSuch0142x
fb.me/no.such.worker
instagram.com/no_such_worker
tinyurl.com/nosuch0142
m.me/no.such.worker
discord.gg/NoSuch0142
facebook.com/no.such.worker
ow.ly/NoSu30
forms.gle/NoSuch0142
""",
    ),
    _form(
        "handle with @",
        """
@ann_lee_605
@coach.samira
@NoorSettles
@yvr_helper
@tío_paco
@m2
""",
    ),
    _form(
        "handle after the name of a service",
        """
WeChat ID: |lucyzhang
wechat: |fatima_n
Skype: |live.jsmith2
my Skype name is |carolinepetit
Telegram |@settle_w
IG: |coach.samira
insta - |maria_bc
WhatsApp ID: |omar.helper
Instagram handle: |samira
LINE ID: |tomo_99
Snap: |lee_coach9
Viber: |olena.k
Messenger: |m.me.noor7
signal username: |dana.42
TikTok |@noorsettles
KakaoTalk id: |minji88
QQ: |80012345
twitter handle is |newcomer_help
""",
    ),
    _form(
        "SIN",
        """
046 454 286
012-345-674
025003112
031 004 203
080.422.165
090-909-094
""",
    ),
    _form(
        "client or case number",
        """
client #|48213
case no. |2018-00347
file number |18-44710
Client ID: |A-20931
dossier n° |447120
UCI |11-2345-6789
UCI: |1234-5678
my client |4482137
case number: |C0048213
file |0047-2018-B
numéro de client |55012
ID number |7720451
IUC |12345678
application number |E000123456
no de dossier : |2018-1182
passport |N01234567
permis de conduire no |D1234-567890-12
PR card |RA0302123456
licence #|D61014070660905
member ID |0099213
""",
    ),
    _form(
        "health card",
        """
health card |1234-567-890-AB
ohip |1234 567 890
MSP number |9123 456 789
RAMQ |TREA 5512 3456
PHN: |9876543210
carte d'assurance maladie |NOMX 8504 1512
health number |123456789
AHCIP |12345-6789
""",
    ),
    _form(
        "payment card",
        """
4111 1111 1111 1111
5555555555554444
3782 822463 10005
4012-8888-8888-1881
6011 1111 1111 1117
5105 1051 0510 5100
""",
    ),
    _form(
        "date of birth after its name",
        """
born |12 March 1985
DOB |1985-03-12
DOB: |03/12/85
date of birth: |June 5th, 2009
birthday is on |July 14, 1971
D.O.B. |7.11.1990
birth date |1999/12/01
née le |3 mai 1980
date de naissance : |14/02/1978
né le |1er janvier 1969
she was born on the |9th of October 2011
DDN |1980-05-03
born in Aleppo on |4 Feb 1988
anniversaire : |22 août 1993
""",
    ),
    _form(
        "date of birth alone",
        """
12 March 1985
1985-03-12
03/12/1985
5 June 1979
14 février 1978
July 14, 1971
""",
    ),
    _form(
        "postal code",
        """
X0Z 9Z9
y9z0z1
T9Z-0Z2
J9Z 9Z4
V9Z9Z6
B9Z 0Z8
""",
    ),
    _form(
        "street address",
        """
413 Imaginary Street
1201-B Fiction Ave
78 North Invented Road
45, rue Saint-Rêvé
1290 boulevard des Licornes
17 mockingbird drive
2211 W. Nowhere Blvd.
302 Fictional Pkwy
#4 - 99 Storybook Lane
P.O. Box 1142
""",
    ),
    _form(
        "IP address",
        """
203.0.113.10
198.51.100.78
2001:db8::8a2e:370:7335
192.0.2.16
""",
    ),
    _form(
        "name from an identity column",
        """
Amira
tomasz wilkowski
Hélène Gagné
Al-Barouni
PETRENKOVA
Haddad, Amira
Siobhan
Mark Hopewell
""",
    ),
    _form(
        "other name, beside a greeting, title or job",
        """
Regards, |T. Okafor
my name is |Lucia Ferrante
Mrs. |Vandersteen
ask for |Ingeborg
my supervisor |Delphine
Je m'appelle |Maëlle Corriveau
Cordialement, |Firmin Lachance
contact: |Oluwaseun Bello
Dr. |Achterberg
Wanda Kosciuk, program coordinator
Mme |Thibaudeau
a client named |Parisa
our manager, |Cornelius
""",
        """
We do it by text. {}
{}
It works for us. {}
No policy yet. {}
Yes! {}
On attend. {}
""",
    ),
    _form(
        "other name, nothing around it",
        """
Ingeborg
Parisa Ahmadi
Cornelius Blake
Delphine
maëlle
Wanda Kosciuk
""",
        """
{} has the only work phone
we all wait for {} to answer
I think {} texts too much
only {} knows the password
avec {} ça va vite
""",
    ),
    _form(
        "name of an agency",
        """
Harbourlight Newcomer Society
the Northgate Settlement House
Centre d'accueil des Érables
Maplewind Family Services
""",
        """
I work at {}
{} has a texting line
we are funded with {}
nobody at {} texts
""",
    ),
)  # fmt: skip

# Frames whose numbers are none that reach anybody; each is filled with all values of a row.
_COUNTS = ("3", "12", "45", "250", "1,200", "4500", "12 000", "30")
_YEARS = ("1998", "2004", "2015", "2016-2017", "2018")
_PERCENTS = ("5 %", "12%", "33.3 %", "80 percent", "100%")
_TIMES = ("5pm", "9:30", "8 am", "17 h 30", "noon")
_PROGRAMS = (
    "LINC", "Settlement Workers in Schools", "Language Instruction for Newcomers", "Job Search",
    "Welcome Centre", "Host Program", "NSP", "Syrian Refugee Resettlement",
)  # fmt: skip
FRAMES = (
    ("We text about {} clients a month", _COUNTS),
    ("{} of them never answer", _COUNTS),
    ("our team has {} people for the whole region", _COUNTS),
    ("the budget is ${} and no more", _COUNTS),
    ("about {} messages, then we stopped", _COUNTS),
    ("nous avons {} clients par année", _COUNTS),
    ("Clients: {}", _COUNTS),
    ("number of cases {} last year", _COUNTS),
    ("between 10 and {} calls", _COUNTS),
    ("case load of {} is too high", _COUNTS),
    ("We began in {}", _YEARS),
    ("since {} we have used WhatsApp", _YEARS),
    ("the {} policy forbids it", _YEARS),
    ("funded by IRCC in {}", _YEARS),
    ("en {} on a tout changé", _YEARS),
    ("file from {} is outdated", _YEARS),
    ("our agency was born in {}", _YEARS),
    ("the case study of {} shows it", _YEARS),
    ("It helps {} of the time", _PERCENTS),
    ("maybe {}, I don't know", _PERCENTS),
    ("{} prefer a call", _PERCENTS),
    ("environ {} des clients", _PERCENTS),
    ("no-shows fell by {}", _PERCENTS),
    ("we meet @ {} on Fridays", _TIMES),
    ("office closes at {}", _TIMES),
    ("no texts after {}", _TIMES),
    ("call before {} please", _TIMES),
    ("on ferme à {}", _TIMES),
    ("we answer {} mails a day", _COUNTS),
    ("a course with {} places", _COUNTS),
    ("ils sont {} dans la salle", _COUNTS),
    ("we lost {} texts in the move", _COUNTS),
    ("phone bills of {} dollars", _COUNTS),
    ("{} newcomers came to the workshop", _COUNTS),
    ("plus {} volunteers", _COUNTS),
    ("after {} it was better", _YEARS),
    ("our contact list of {} is gone", _YEARS),
    ("{} of managers text", _PERCENTS),
    ("our day ends @{}", _TIMES),
    ("{} is the program that texts most", _PROGRAMS),
    ("{}: no phones, no texts", _PROGRAMS),
    ("ask the people of {}", _PROGRAMS),
    ("I coordinate {}", _PROGRAMS),
    ("clients of {} have no phones", _PROGRAMS),
    ("in {}, we only call", _PROGRAMS),
    ("this is {} policy", _PROGRAMS),
    ("Thanks to {} we have tablets", _PROGRAMS),
)

HARMLESS = _lines("""
It is quick and most clients answer within an hour
Some clients change their number every few months
They can look at it when they have wifi
We look at each case by itself
Look at the website of IRCC
meet us at the library dot the i's and cross the t's
I am at home on Mondays
clients are at risk, point final
The point at issue is privacy
a dot on the screen shows who is online
Not at all
at work only, not at home
@ work
clients @ reception wait
we email @ night
@everyone gets it
tag @all in the group
WhatsApp: yes, Viber: no
Facebook: popular with youth
WeChat: Chinese clients
Skype: sometimes
Telegram: never heard of it
Instagram: blocked by IT
Signal: safe but unknown
Messenger: too informal
my WhatsApp is full of messages
Our Facebook is public
their WeChat is private
Line is not used in Canada
LINE: no
Twitter handle is needed
A Skype account is required
WhatsApp name is shown to all
Instagram name: optional
WhatsApp groups of 10-20 families
IG and FB only
Snap is for kids
IG: fun
We need an ID to register clients
ID required
client ID is confidential
file number is on the letter
the file number, please
case notes are kept for 7 years
case by case
in any case, 5 days are enough
Client 1 said yes, client 2 said no
client number 3 never came
case 4 was closed
my client was 34 years old
my clients are 18 to 35
file size is 25 MB
file 2018 under closed
no file over 5000 KB
UCI is asked for on every form
Passport and visa questions by text
a passport is 10 years old at most
member of OCASI since 2003
OHIP takes 90 days
MSP waits 3 months
health card renewals
health card after 3 months
RAMQ ne répond pas
PR card takes 120 days
licence fees of $15000 a year
application fees went from 550 to 1040
form IMM5710 and IMM1295
IMM 0008 is long
bill 21 and bill C-31
Section 42(1) of the Act
room 4102, building B
Suite 200 is upstairs
bus 99 and bus 145
Highway 401 is far
we drive 1500 km a month
64 GB phones, 5 inches
iPhone 6 or Samsung S7
Android 8.1.0 and iOS 12.1
version 2.14.18 of the app
error 404
error code 0x80070057
ISO 9001:2015
24/7/365
9-5, Mon-Fri
from 08:00 to 16:30
8:30-12:00 / 13:00-16:30
1 in 3, 2 in 5
1/2 or 3/4 of them
a 4-point scale: 1-2-3-4
10,20,30
1 000 000 messages
1,000,000 messages since 2014
$1,500,000 over 3 years
12 345 678 $
3.14
100-150-200 a week, it varies
2014 2015 2016 2017
2014-2015-2016
2016/17 and 2017/18
Q1 2018
FY2017-18
April 1, 2018 to March 31, 2019
on March 31, 2018 the funding ended
2018-06-15 was the deadline
15/06/2018
le 3 avril 2018
June 2016
since May 2014
in the 1990s
born leaders
clients born abroad
children born in Canada
babies born in 2017 get a form
a program born in 2009
birth certificates by text
date of birth is never texted
We ask for name, DOB and address in person
the DOB, March or May, who knows
birthday wishes on WhatsApp
happy birthday messages
Bonne fête aux clients
né pour aider
il est né au Canada
clients aged 18-25 and 26-40
grade 9, 10 and 11
CLB 1 to 4
CLB4+, CLB7
LINC 5
NOC 4212
level 2-3
A1, A2, B1
K-12
B2B
H2O
T4 and T5 slips
R2D2 is our bot
P3 partnership
C3PO
covid was not there yet
M2M and IoT
1st, 2nd and 3rd
No. 1 reason: time
#1 problem is cost
#metoo
# of clients
number one, privacy
2 phones / 30 staff
5 x 60 minutes
call 811 or 211
dial 0 for reception
dial 9 first
press 1 for English
text STOP to 12345
text HELP
texting code 555 is used
911
local 3 is broken
ext. of deadline
poste permanent
poste vacant depuis 2017
extension cords
phone number is required
my phone is old, 2012 or so
number 1 to 10
numbers go up, 300 to 450
call centre of 25 people
call volumes rose 15000 to 18000
text volumes: 20000
cell phones, 40 of them
Tel Aviv
fax is dead
call me old fashioned
call it a day
Text, then call 2 days later
text 2 times, call 1 time
WhatsApp 50 clients at once
phone 3 or 4 times a day
mobile 4 all
e.g. appointments, i.e. reminders
etc.and so on
yes.No
texts.Calls are better
No.It is not allowed
clients.He likes it
Word.docx files
report.pdf
file.xlsx is sent
photo.jpg
node.js
vs. calls
a.m. and p.m.
U.S. and U.K. numbers
Ph.D. students
St. John's and St. Catharines
Main Street is busy
Street outreach
on the street
5 Streets away
3 Court dates
2 Way communication
10 Place settings
Drive to work
a long drive
100 Mile House
1000 Islands
Place names are hard
Rue or street, both fine
boulevard of dreams
3 rues plus loin
P.O. boxes
box 4 on the form
V1 and V2
A4A paper
E2E encryption
G7 and G20
M5V? no idea
R6 rule
Privacy, PIPEDA, FOI
Ask IT
Ask Google
ask for help
ask for Wifi
Call Centre at Head Office
Contact: by phone
Contact: yes
contact person: none
Name: not needed
name of the client only
Regards from the field
Thanks, all good
Thanks! Great survey
Thank you - Merci
Merci, bonne journée
Best, cheapest, fastest
Best of luck
Cheers
Cordialement
Sincerely hope it helps
I'm Canadian, from here
I am Director of nothing
I am from Ontario
I'm Iranian
I am Deaf, I text
je suis Syrienne
je suis d'accord
This is Ontario from north to south
This is from IRCC
c'est du bon travail
My manager says No
My supervisor Never answers
our director is on leave
Board, CEO and staff
Executive Director, manager, staff
Newcomer Services, manager
Program assistant
Front desk, intake, settlement
Manager - yes
Teacher, LINC
Mr. or Mrs. is polite
Dr. visits
Miss calls
Ms. or Mr., never first names
M. ou Mme
Hope and Grace
Will they? May be
Faith communities
Christian and Muslim families
Mark it as done
Art and Music
Jack of all trades
Bill payments
Victoria, Kingston and Regina
Prince George
Fort McMurray
Thunder Bay, Sault Ste. Marie
Grande Prairie to Red Deer
Somali, Tigrinya, Amharic
Tagalog and Cebuano
Mandarin / Cantonese
Arabic speakers
العملاء يفضلون واتساب
عندنا ٣٠ عميل
في ٢٠١٨ بدأنا
۵۰ درصد
很多客户用微信
我们有 50 个客户
２０１８年
हम 30 लोग हैं
Клиенты любят Viber
Так, 20 клієнтів
o.k.
...
?
-
n/a
no comment
see above
same as Q5
as in question 12
option 3
all of the above
don't know
""")


def _half(texts):
    """The texts of each half, by what they say."""
    by_hash = sorted(texts, key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    cut = (len(by_hash) + 1) // 2
    return {TUNING: by_hash[:cut], HELD_OUT: by_hash[cut:]}


def planted_in(half):
    """Each form's name, and the answers of a half in which it is planted."""
    for form in FORMS:
        frames, values = _half(form.frames)[half], _half(form.values)[half]
        yield form.name, [_filled(frame, value) for frame in frames for value in values]


def _filled(frame, value):
    end = frame.index("{}") + len(value.replace("|", ""))
    start = end - len(value.rpartition("|")[2])
    return Planted(frame.replace("{}", value.replace("|", "")), ((start, end),))


def harmless_in(half):
    """The answers of a half without any identity."""
    frames = _half([frame for frame, _ in FRAMES])[half]
    made = [frame.replace("{}", each) for frame, row in FRAMES if frame in frames for each in row]
    return [*_half(HARMLESS)[half], *made]


# Written when the rules were finished, to be unlike the forms above, and not used to change them
# since: what was missed then is missed still.
LATER = planted("""
on se parle au {telephone|438 555-0123} le soir
work {telephone|403.555.0126}/ home {telephone|403.555.0127}
Ph {telephone|7805550128}, ask for intake
{telephone|+1-902-555-0129} (text only)
office line is {telephone|(867) 555 0130} x 4
my desk {telephone|555-0131} ext 9
sms to {telephone|16135550132}
toll-free number:{telephone|18005550133}
{telephone|807 555 01 34} is the shared phone
landline {telephone|two five zero 555 0135}
our Kabul office {telephone|+93 70 123 4567}
{telephone|00251-91-123-4567} is my brother
Vietnam {telephone|+84912345678}
Cairo number {telephone|0020 10 01234567}
Seoul: {telephone|010-2000-0000}
my old Lagos number {telephone|0802 123 4567}
{telephone|+33.1.99.00.12.36} à Paris
Mexico {telephone|52 222 123 4567}
واتساب {telephone|٦٠٤٥٥٥٠١٣٦}
फ़ोन {telephone|६०४ ५५५ ०१३७}
mail it to {e-mail|m.abdi [at] example [dot] ca}
{e-mail|h-nguyen@mail.example.co.uk} or the form
{e-mail|SETTLEMENT at EXAMPLE dot ORG}
use {e-mail|coord1 @ example.ca} please
{e-mail|lea(at)example.org} répond vite
{e-mail|sam_t at example dot com} at work
{e-mail|accueil arobase exemple point ca}
{e-mail|joy@example,org}
{e-mail|yan.q @ example} best
{e-mail|info{@}example.net}
{e-mail|my name no_such_one} at gmail
gmail: {e-mail|no_such_one}
{link|https://example.org/u/aisha}
book me: {link|calendly.com/no-such-worker}
{link|t.co/NoSuch42}
{link|facebook.com/groups/1234567890}
our padlet {link|padlet.com/nosuch/wall}
group: {link|signal.group/#NoSuch}
{link|example.org:8080/staff}
slides at {link|tiny.cc/nosuch}
{link|www.nosuch.example}
find us {handle|@nosuch_hub}
IG {handle|nosuch.coach}
insta handle: {handle|nosuchcoach}
WhatsApp me as {handle|nosuch99}
skype name: {handle|live:.cid.nosuch}
Discord {handle|nosuch#4821}
Snap {handle|nosuch_t}
DM {handle|nosuch_x} on Twitter
username {handle|nosuch55} everywhere
LinkedIn: {handle|nosuch-worker-12}
{SIN|046 454 286} is on the form
SIN card {SIN|012345674}
N.A.S. {SIN|025 003 112}
her sin # is {SIN|031-004-203}
client no {client number|20188}
Case# {client number|55-2018-03}
case ID {client number|CAS0042211}
file {client number|F18-00231} is closed
dossier numéro {client number|1182-B}
student number {client number|301224477}
IMM file {client number|B000123456}
UCI - {client number|12345678}
client {client number|00231}
PR card no. {client number|RA 0302 1234}
numéro de passeport {client number|GA302922}
work permit {client number|U123456789}
driver licence {client number|1234567}
study permit no {client number|S305123456}
health card {client number|9876 543 217 XY}
PHN {client number|9123 456 780}
RAMQ {client number|LAVO 6103 2512}
manitoba health {client number|123456789}
HCN: {client number|123 456 789 012}
visa {card number|4222222222222}
card {card number|5555 5555 5555 4444}, oops
amex {card number|371449635398431}
bank acct {card number|00412-003-1234567}
born {date of birth|Jan. 9, 2001}
DOB{date of birth|1999-04-05}
date of birth {date of birth|5 April 1999}
(DOB {date of birth|04/05/99})
{date of birth|April 5, 1999} birthdate
née le {date of birth|5 avril 1999}
né le {date of birth|05.04.1999}
date de naissance {date of birth|1999/04/05}
Client ({date of birth|05-Apr-1999}) no-show
born in {date of birth|April 1999}
his birthday, {date of birth|April 5}
drop by {street address|220 Pretend Rd NW}
{street address|1801-99 Fakeview Drive}
{street address|Unit 5, 340 Nonesuch Pkwy}
{street address|88, boul. Imaginaire Est}
{street address|4 ruelle du Rêve}
{street address|the house at 14 Nowhere}
{street address|Box 91, Nosuchville}
{street address|77 nosuch road}
live at {postal code|X0Z9Z7} area
code {postal code|Y9Z-0Z3}
{name without a column|Abdirahman} translates for us
my colleague {name without a column|Teodora} texts
see {name without a column|Ms. Papineau}
{name without a column|Hyun-woo Seo}, case manager
just ask {name without a column|big Sal}
thx, {name without a column|Rory}
la travailleuse {name without a column|Océane} m'aide
{name without a column|D. Ferreira} approved
""")

HARMLESS_LATER = _lines("""
We tried texting in 2016 but only 3 of 40 families answered
Around 15 per cent, more in winter
My clients have data only on the 1st of the month
I would say 60/40
The policy (section 3.2, page 14) says no
We got 25 phones for $4,999.99
No budget line for it in 2018-19
Staff time: 2.5 hours a week
4 workers x 35 h
It takes 24-48 hours to hear back
Monday 10-12, Thursday 1:30-4:00
Two text blasts, 180 + 220 people
CLB 3/4 can read a short text
Level 5 and above, maybe 6-7
ages 0-6, 7-12 and 13-17
PSW and ECE courses
We use Outlook at work
Outlook at the office, Gmail at home
I look at gmail at home
email at lunch, phone at night
we met at point zero
at this point dot com is all they know
Facebook is 10 times better than email
WhatsApp (free) and SMS (not free)
Skype (video) is great
Instagram (photos)
Facebook page: yes
Twitter: 300 followers
We have 1200 likes on Facebook
version 3.1 on Android
group of 12 on WhatsApp
Everything is on SharePoint
file names like report_2018.docx
Form IMM 5257 and form 1017
Case management system (iCARE)
iCARE 2.0 is slow
a file takes 20 minutes
client no-shows are down
client nos are wrong
ID cards, passports
passport photos cost 15 dollars
account number on the bill
member services
student visas, 2 years
visa for 10 years
application of 2017 policy
Case in point
applications: 50 to 75
permit for 12 months
health card in 3 months
license 101
MSP 2018 rates
born and raised here
birth rates
Anniversary of 1967
since Confederation in 1867
Our centre opened on June 3, 2011
founded in April 1984
April 2018 survey
le 24 juin, fermé
before Dec 25
Sept 11 to Sept 29
30/09/2018 deadline
2018.09.30
100 St clients moved
Ave. is short for average
1 Way or the other
12 Step program
4 Corners agency
24 hr drive
10 minutes drive to town
75 Main points
3rd Avenue office closed
box 12, line 4
P.O. is slow
V2 is better than V1
H1B visas
K1 to K6
B4 we text
L8R
CU2
gr8
2nite
brb
SMS/MMS/RCS
on/off
yes/no/maybe
and/or both
client.worker relation
e.g.texts
Thanks.Good survey
Dr.s office
phone # on card
# is wrong often
number 5 on the list
number 100 bus
text 1-2 times
call 3-4 clients
tel. line down
fax? 1990s
mobile data 2 GB
cell 24/7
1-800 numbers are free
011 codes are costly
00 is not 011
+ 10 more
+/- 20
+100 clients
10+10+10
plus 1 000 000 views
2,000,000+ views
1234567 steps
0.75 FTE
007
000
12:00:00
3:16
1.2.3
16:9
Regards
Best regards from all of us
Warm wishes for the project
Thanks a million
Merci à vous
Mr. Nobody
ask for an interpreter
Ask for ID
speak to Manager first
talk to Reception
contact: office
Name: Newcomer Centre
""")
